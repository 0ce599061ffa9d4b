package dev.lifeboat.edge.kubernetes;

import dev.lifeboat.Drawn;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// docs/reference/drain-signals.md
final class DrainSignalsPageTest {
    @Test
    void theReferencePageIsDrawnFromTheSignals() {
        var page = new StringBuilder("""
                # Drain signals of a cluster

                Drawn by `DrainSignalsPageTest` from `DrainSignal`; each row is tested by `NodeWatcherTest.eachSignalIsHeardAndTakenBack`.
                One listener for a cluster watches all nodes (`kubernetes` in `eviction-listeners/`). The time left counts from the
                signal's own time; Karpenter's `karpenter.sh/nodeclaim-termination-timestamp` goes before it.

                | signal | where | effect | time left |
                |---|---|---|---|
                """);
        for (DrainSignal signal : DrainSignal.values()) {
            page.append("| `%s` | %s | %s | %s |\n"
                    .formatted(
                            signal.key(),
                            signal.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            signal.effect().name().toLowerCase(Locale.ROOT),
                            signal.grace().isZero() ? "–" : signal.grace()));
        }
        page.append("""

                ## Pods

                A pod's `DisruptionTarget` condition (KEP-3329), by its reason; `NodeWatcherTest.anEndedPodSpeaksForItsNode`. A taint
                leaves the pod's own time, its `deletionTimestamp`, for it ends all pods at once; an eviction says nothing of when the
                others end, so ten minutes are taken for a drain, as everywhere.

                | reason | what it means for the node |
                |---|---|
                """);
        for (PodDisruption disruption : PodDisruption.values()) {
            page.append("| `%s` | %s |\n".formatted(disruption.reason(), words(disruption.meaning())));
        }
        page.append("""

                `EvictionRequest` (KEP-4563) is not read: no released API server offers it; its alpha is planned for Kubernetes 1.38.
                A watch that is lost is followed by a new list: `NodeWatcherTest.whatHappenedWhileTheWatchWasLostIsHeardOnceItIsBack`.
                A listener that starts anew reads from Kafka what was said before, and takes back what a node no longer shows:
                `NodeWatcherTest.whatWentWhileNobodyWatchedIsTakenBackAndWhatStandsIsNot`. A drain whose time is not over stands
                while its node takes no pods, since an evicted pod may have told of it.
                """);
        Drawn.matches(Path.of("docs/reference/drain-signals.md"), page.toString());
    }

    private static String words(PodDisruption.Meaning meaning) {
        return switch (meaning) {
            case DRAIN -> "drain";
            case DRAIN_IF_CORDONED -> "drain when the node is cordoned, else advisory";
            case ADVISORY -> "advisory";
            case NOTHING -> "nothing";
        };
    }
}
