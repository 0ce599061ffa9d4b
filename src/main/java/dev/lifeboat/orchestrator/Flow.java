package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Report;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the bytes of a save have been flowing, by its agent's clock. Soft state: what is decided by it is journalled, it
/// is not.
///
/// @param rounds pre-dump rounds that are through
/// @param stageAt when the round under way, or the final dump, was first heard of
/// @param read of the workload's memory so far, in the round under way or the final dump
/// @param stored bytes on the wire so far
/// @param steps the last few stretches, oldest first
public record Flow(
        Instant at,
        int rounds,
        Instant stageAt,
        ByteCount read,
        ByteCount stored,
        @Nullable Duration sending,
        List<Step> steps) {
    /// Two seconds at four reports a second: older ones say little of now.
    private static final int MOST_STEPS = 8;

    /// @param read of the workload's memory
    /// @param wire bytes towards the store
    /// @param elapsed positive
    /// @param sending the part of it in which anything was on its way; null where nobody says
    public record Step(
            Instant at,
            ByteCount read,
            ByteCount wire,
            Duration elapsed,
            @Nullable Duration sending) {}

    public Flow {
        steps = List.copyOf(steps);
    }

    private static @Nullable Duration sending(@Nullable Duration before, @Nullable Duration now) {
        return before == null || now == null || now.compareTo(before) < 0 ? null : now.minus(before);
    }

    private static Flow begun(Report.SaveProgress report, List<Step> steps) {
        return new Flow(
                report.at(), rounds(report), report.at(), report.read(), report.stored(), report.sending(), steps);
    }

    private static int rounds(Report.SaveProgress report) {
        Integer rounds = report.rounds();
        return rounds == null ? 0 : rounds;
    }

    /// Reports that overtook each other, or of an earlier save, begin anew.
    static Flow after(@Nullable Flow before, Report.SaveProgress report) {
        if (before == null
                || !report.at().isAfter(before.at)
                || report.stored().compareTo(before.stored) < 0
                || rounds(report) < before.rounds
                || (rounds(report) == before.rounds && report.read().compareTo(before.read) < 0)) {
            return begun(report, List.of());
        }
        if (rounds(report) > before.rounds) {
            return begun(report, before.steps);
        }
        var steps = new ArrayList<>(before.steps);
        var moved = new ByteCount(report.stored().bytes() - before.stored.bytes());
        var read = new ByteCount(report.read().bytes() - before.read.bytes());
        Duration elapsed = Duration.between(before.at, report.at());
        steps.add(new Step(report.at(), read, moved, elapsed, sending(before.sending, report.sending())));
        return new Flow(
                report.at(),
                before.rounds,
                before.stageAt,
                report.read(),
                report.stored(),
                report.sending(),
                steps.subList(Math.max(0, steps.size() - MOST_STEPS), steps.size()));
    }
}
