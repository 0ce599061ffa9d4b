package dev.lifeboat.edge.demo;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.edge.demo.victim.Tick;
import dev.lifeboat.edge.demo.victim.TickLog;
import dev.lifeboat.notice.NodeName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a demo has to show, for `--json`. A figure that was not reached is null.
record Figures(Map<Key, Object> values) {

    /// The keys of the file, in its order.
    enum Key {
        ENDING("text", "how it ended: VERIFIED, FAILED, UNABLE, LOST or BROKEN"),
        EXIT_CODE("number", "the same as the process's"),
        WINDOW_SECONDS("seconds", "from the notice to the death of the node"),
        MEMORY_BYTES("bytes", "of the victim's changing memory"),
        NOTICE_AT("ISO 8601", "when the metadata service began to announce"),
        OBSERVED_SECONDS("seconds since the notice", Step.OBSERVED.meaning()),
        ORDERED_SECONDS("seconds since the notice", Step.ORDERED.meaning()),
        FROZEN_SECONDS("seconds since the notice", Step.FROZEN.meaning()),
        CAPTURED_SECONDS("seconds since the notice", Step.CAPTURED.meaning()),
        DURABLE_SECONDS("seconds since the notice", Step.DURABLE.meaning()),
        PLACED_SECONDS("seconds since the notice", Step.PLACED.meaning()),
        RESTORED_SECONDS("seconds since the notice", Step.RESTORED.meaning()),
        FROZEN_FOR_SECONDS("seconds", "how long it stood still at the source, by the dumper's own clock"),
        DOWN_FOR_SECONDS("seconds", "from standing still on the one node to running on the other"),
        SILENT_FOR_SECONDS("seconds", "the longest gap between two of the victim's own lines"),
        MARGIN_SECONDS("seconds", "left of the window when the checkpoint was durable"),
        READ_BYTES("bytes", "of memory that left the victim"),
        STORED_BYTES("bytes", "that the store holds of it"),
        RATIO("number", "bytes read for each byte stored"),
        RUNS_ON("text", "the node where it was restored"),
        TICKS("lines", "in the victim's file, all chained to one another"),
        PASSES("number", "full self-checks of its memory"),
        PASSES_AFTER_RESTORE("number", "of them begun after the restore"),
        SETBACKS("list of texts", "what failed on the way");

        private final String unit;
        private final String meaning;

        Key(String unit, String meaning) {
            this.unit = unit;
            this.meaning = meaning;
        }

        String unit() {
            return unit;
        }

        String meaning() {
            return meaning;
        }

        /// `FROZEN_FOR_SECONDS` is `frozenForSeconds`.
        String key() {
            var words = new StringBuilder();
            for (String word : name().toLowerCase(Locale.ROOT).split("_", -1)) {
                words.append(
                        words.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
            }
            return words.toString();
        }
    }

    static Figures of(Ending ending, DemoOptions options, Timeline timeline, Victims victims) {
        var values = new EnumMap<Key, Object>(Key.class);
        values.put(Key.ENDING, ending.name());
        values.put(Key.EXIT_CODE, ending.code());
        values.put(Key.WINDOW_SECONDS, seconds(options.window()));
        values.put(Key.MEMORY_BYTES, options.memory().bytes());
        timeline.when(Step.NOTICE).map(Instant::toString).ifPresent(at -> values.put(Key.NOTICE_AT, at));
        for (Step step : Step.values()) {
            if (step != Step.NOTICE) {
                timeline.between(Step.NOTICE, step)
                        .ifPresent(after -> values.put(Key.valueOf(step + "_SECONDS"), seconds(after)));
            }
        }
        timeline.between(Step.FROZEN, Step.RESTORED).ifPresent(down -> values.put(Key.DOWN_FOR_SECONDS, seconds(down)));
        timeline.between(Step.NOTICE, Step.DURABLE).ifPresent(durable -> {
            values.put(Key.MARGIN_SECONDS, seconds(options.window().minus(durable)));
            values.put(Key.FROZEN_FOR_SECONDS, seconds(timeline.frozen()));
        });
        values.put(Key.READ_BYTES, timeline.read().bytes());
        values.put(Key.STORED_BYTES, timeline.stored().bytes());
        values.put(Key.RATIO, Math.round(timeline.ratio() * 100) / 100.0);
        timeline.runsOn().map(NodeName::value).ifPresent(node -> values.put(Key.RUNS_ON, node));
        victims.addTo(values);
        values.put(Key.SETBACKS, timeline.setbacks());
        return new Figures(values);
    }

    void write(Path file) throws IOException {
        var all = new LinkedHashMap<String, Object>();
        for (Key key : Key.values()) {
            all.put(key.key(), values.get(key));
        }
        JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValue(file.toFile(), all);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /// What the victim itself proves.
    ///
    /// @param log its file where it runs now
    /// @param passesAtRestore full passes that it had made when it was seen running again
    record Victims(Optional<TickLog> log, long passesAtRestore) {
        static final Victims UNKNOWN = new Victims(Optional.empty(), 0);

        long passesAfterRestore() {
            // The first full pass after the restore may have begun before it.
            return Math.max(0, log.flatMap(TickLog::last).map(Tick::passes).orElse(0L) - passesAtRestore - 1);
        }

        private void addTo(Map<Key, Object> values) {
            log.ifPresent(seen -> {
                values.put(Key.SILENT_FOR_SECONDS, seconds(seen.longestGap()));
                seen.last().ifPresent(last -> {
                    values.put(Key.TICKS, last.number());
                    values.put(Key.PASSES, last.passes());
                    values.put(Key.PASSES_AFTER_RESTORE, passesAfterRestore());
                });
            });
        }
    }
}
