package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Shape.Entry;
import dev.lifeboat.edge.policyfile.Shape.Form;
import dev.lifeboat.edge.policyfile.Shape.Leaf;
import dev.lifeboat.policy.Completion;
import dev.lifeboat.policy.Condition;
import dev.lifeboat.policy.Cpu;
import dev.lifeboat.policy.Grouping;
import dev.lifeboat.policy.Key;
import dev.lifeboat.policy.OneOf;
import dev.lifeboat.quantity.ByteCount;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Reads shapes off record types. The one place, with [Binding], where our types are looked at by reflection.
final class Shapes {
    private static final Map<Class<?>, Form> FORMS = Map.ofEntries(
            Map.entry(int.class, Form.WHOLE),
            Map.entry(double.class, Form.NUMBER),
            Map.entry(boolean.class, Form.FLAG),
            Map.entry(String.class, Form.TEXT),
            Map.entry(Duration.class, Form.DURATION),
            Map.entry(ByteCount.class, Form.BYTES),
            Map.entry(Cpu.class, Form.CPU),
            Map.entry(Instant.class, Form.MOMENT),
            Map.entry(Condition.class, Form.CONDITION),
            Map.entry(Completion.class, Form.COMPLETION),
            Map.entry(Grouping.class, Form.GROUPING));

    private Shapes() {}

    /// The shape of the mapping that becomes a `type`.
    static Shape.Block of(Class<? extends Record> type) {
        var entries = new LinkedHashMap<String, Entry>();
        List<String> oneOf = type.isAnnotationPresent(OneOf.class)
                ? List.of(type.getAnnotation(OneOf.class).value())
                : List.of();
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getType().isSealed()) {
                oneOf = alternatives(component, entries);
            } else {
                entries.put(component.getName(), entry(component));
            }
        }
        return new Shape.Block(type, entries, oneOf);
    }

    /// The key under which one permitted type of a sealed component is written.
    static String keyOf(Class<?> alternative) {
        String name = alternative.getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    /// What an enum's constant is written as.
    static String wordOf(Object constant) {
        return constant.toString();
    }

    private static List<String> alternatives(RecordComponent component, Map<String, Entry> entries) {
        var names = Arrays.stream(component.getType().getPermittedSubclasses()).toList();
        for (Class<?> alternative : names) {
            String about = component.getAnnotation(Key.class).value();
            entries.put(
                    keyOf(alternative),
                    new Entry(keyOf(alternative), of(alternative.asSubclass(Record.class)), about, "", false));
        }
        return names.stream().map(Shapes::keyOf).toList();
    }

    private static Entry entry(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        if (key == null) {
            throw new IllegalStateException(component + " has no @Key");
        }
        return new Entry(
                component.getName(),
                shape(component.getGenericType(), key),
                key.value(),
                key.standard(),
                key.required());
    }

    private static Shape shape(Type type, Key key) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == Map.class) {
                return new Shape.Table(names((Class<?>) arguments[0], key), shape(arguments[1], key));
            }
            return items(arguments[0], key, generic.getRawType() == Set.class);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == Object.class) {
            return new Shape.Anything();
        }
        return plain.isRecord() && !FORMS.containsKey(plain) ? of(plain.asSubclass(Record.class)) : leaf(plain, key);
    }

    private static Shape items(Type item, Key key, boolean distinct) {
        int least = key.least().isEmpty() ? 0 : Integer.parseInt(key.least());
        int most = key.most().isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(key.most());
        Class<?> plain = (Class<?>) item;
        Shape shape = plain.isRecord()
                ? of(plain.asSubclass(Record.class))
                : new Leaf(form(plain), plain, "", "", key.text(), words(plain), List.of(key.known()));
        return new Shape.Items(shape, distinct, least, most);
    }

    private static Leaf names(Class<?> type, Key key) {
        return new Leaf(form(type), type, "", "", key.names(), words(type), List.of());
    }

    private static Leaf leaf(Class<?> type, Key key) {
        return new Leaf(form(type), type, key.least(), key.most(), key.text(), words(type), List.of(key.known()));
    }

    private static Form form(Class<?> type) {
        if (type.isEnum()) {
            return Form.CHOICE;
        }
        Form form = FORMS.get(type);
        if (form == null) {
            throw new IllegalStateException("a policy file cannot hold a " + type);
        }
        return form;
    }

    private static List<String> words(Class<?> type) {
        return type.isEnum()
                ? Arrays.stream(type.getEnumConstants()).map(Shapes::wordOf).toList()
                : List.of();
    }
}
