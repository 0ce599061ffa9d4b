package dev.lifeboat.edge.preflight;

import dev.lifeboat.Drawn;
import dev.lifeboat.workload.Obstacle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Draws docs/reference/check.md.
final class PreflightPageTest {
    @Test
    void everyCapabilityAndObstacleIsOnThePage() throws IOException {
        var page = new StringBuilder("""
                # What `lifeboat check` looks at

                Drawn by `PreflightPageTest`. `lifeboat check` looks the node over, `lifeboat check --pid PID` a process
                tree too; neither touches anything. The codes are stable.

                ## The node

                | code | what it is for | without it |
                |---|---|---|
                """);
        for (Capability each : Capability.values()) {
            page.append("| `%s` | %s | %s |%n".formatted(each.code(), each.purpose(), without(each.weight())));
        }
        page.append("""

                ## A process tree

                `PreflightIT` holds what blocks against real CRIU.

                An agent looks every half a minute and publishes what it finds with its heartbeats. What blocks is counted in the
                gauge `lifeboat_cannot_be_saved{reason}` (`IO_URING` and so on) and logged by workload, before any notice. What blocks
                *and lasts* closes a policy's checkpoint rungs, and `explain` names it; what comes and goes does not: to try costs
                little.

                | code | what it is | effect | what to do |
                |---|---|---|---|
                """);
        for (Obstacle each : Obstacle.values()) {
            page.append(
                    "| `%s` | %s | %s | %s |%n".formatted(each.code(), each.meaning(), effect(each), each.remedy()));
        }
        Drawn.matches(Path.of("docs", "reference", "check.md"), page.toString());
    }

    private static String effect(Obstacle each) {
        return each.effect().name().toLowerCase(Locale.ROOT) + (each.lasts() ? ", and lasts" : "");
    }

    private static String without(Capability.Weight weight) {
        return switch (weight) {
            case NEEDED -> "nothing is saved; exit code 1";
            case WANTED -> "some workloads or ways of saving are out";
            case TOLD -> "a fact to know";
        };
    }
}
