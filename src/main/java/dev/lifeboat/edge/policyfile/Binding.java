package dev.lifeboat.edge.policyfile;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes records of what was read.
final class Binding {
    private Binding() {}

    /// @param values by key; whatever is not there becomes null, which only optional components are left with
    static Record build(Class<? extends Record> type, Map<String, Object> values) {
        RecordComponent[] components = type.getRecordComponents();
        var arguments = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            arguments[i] = components[i].getType().isSealed()
                    ? alternative(components[i], values)
                    : values.get(components[i].getName());
        }
        try {
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("checked values are refused by " + type, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type, e);
        }
    }

    private static @Nullable Object alternative(RecordComponent component, Map<String, Object> values) {
        for (Class<?> permitted : component.getType().getPermittedSubclasses()) {
            Object value = values.get(Shapes.keyOf(permitted));
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
