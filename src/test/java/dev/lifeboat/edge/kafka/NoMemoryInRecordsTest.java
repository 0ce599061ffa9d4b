package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.Notice;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Records are kept for days, by brokers that are somebody else's: a workload's memory has no place
/// in them. What can hold it is bytes, so none of the types that go to Kafka may reach any.
final class NoMemoryInRecordsTest {
    private final Set<Type> seen = new HashSet<>();

    @Test
    void nothingThatIsSentCanHoldBytes() {
        List.of(Notice.class, Order.class, Report.class, JournalEvent.class, StandingOrders.class)
                .forEach(this::follow);

        assertThat(seen)
                .as("types that records are made of")
                .hasSizeGreaterThan(50)
                .extracting(Type::getTypeName)
                .noneMatch(name -> name.contains("[]")
                        || name.startsWith("java.nio.")
                        || name.startsWith("java.lang.foreign.")
                        || name.startsWith("java.io."));
    }

    private void follow(Type type) {
        if (!seen.add(type)) {
            return;
        }
        if (type instanceof ParameterizedType generic) {
            follow(generic.getRawType());
            for (Type argument : generic.getActualTypeArguments()) {
                follow(argument);
            }
        }
        if (type instanceof Class<?> plain && plain.getName().startsWith("dev.lifeboat.")) {
            if (plain.isSealed()) {
                List.of(plain.getPermittedSubclasses()).forEach(this::follow);
            }
            if (plain.isRecord()) {
                for (RecordComponent component : plain.getRecordComponents()) {
                    follow(component.getGenericType());
                }
            }
        }
    }
}
