package dev.lifeboat.edge.planning;

import dev.lifeboat.policy.Trigger;
import java.time.Duration;
import java.util.Arrays;

/// What `--notice` says, such as `node=ip-10-1-2-3,window=120s,trigger=NodeDrain`.
///
/// @param window from the notice to the end
public record SupposedNotice(String node, Duration window, Trigger trigger) {
    private static final String FORM = "write --notice node=NAME[,window=120s][,trigger=SpotInterruption]";

    /// AWS gives two minutes (docs.aws.amazon.com, "Spot Instance interruption notices"); GCP and Azure give 30
    /// s.
    private static final Duration STANDARD = Duration.ofMinutes(2);

    static SupposedNotice parse(String text) {
        String node = "";
        Duration window = STANDARD;
        Trigger trigger = Trigger.SpotInterruption;
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : part.substring(equals + 1);
            switch (key) {
                case "node" -> node = value;
                case "window" -> window = Words.duration(value, "--notice: window");
                case "trigger" -> trigger = trigger(value);
                default -> throw new BadInput("--notice: does not know \"" + key + "\"; " + FORM);
            }
        }
        if (node.isEmpty()) {
            throw new BadInput("--notice: names no node; " + FORM);
        }
        return new SupposedNotice(node, window, trigger);
    }

    private static Trigger trigger(String value) {
        return Arrays.stream(Trigger.values())
                .filter(trigger -> trigger.name().equals(value))
                .findFirst()
                .orElseThrow(() ->
                        new BadInput("--notice: \"" + value + "\" is not one of " + Arrays.toString(Trigger.values())));
    }
}
