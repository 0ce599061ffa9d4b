package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Says which owed orders to send now: at once when new or changed, then again at growing intervals while
/// they stay owed.
///
/// Soft state: it is not journalled, and after a restart everything owed is sent again, which agents are used to.
final class Reminders {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private record Sent(Instant at, Duration next, Order order) {}

    private final Map<String, Sent> sent = new HashMap<>();

    /// @param owed everything that is; what is not among it is forgotten
    List<Order> allDue(List<Order> owed, Instant now) {
        List<Order> due = due(owed, now);
        sent.keySet().retainAll(owed.stream().map(Order::key).collect(Collectors.toSet()));
        return due;
    }

    /// @param owed some of what is
    List<Order> due(List<Order> owed, Instant now) {
        var due = new ArrayList<Order>();
        for (Order order : owed) {
            Sent last = sent.get(order.key());
            if (last == null || !last.order().equals(order)) {
                sent.put(order.key(), new Sent(now, FIRST, order));
                due.add(order);
            } else if (!now.isBefore(last.at().plus(last.next()))) {
                Duration doubled = last.next().multipliedBy(2);
                sent.put(order.key(), new Sent(now, doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled, order));
                due.add(order);
            }
        }
        return due;
    }
}
