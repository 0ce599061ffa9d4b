package dev.lifeboat.edge.kubernetes.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import dev.lifeboat.migration.LossReason;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The events' words, and the page of them.
final class HappeningTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName A = new NodeName("node-a");
    private static final NodeName B = new NodeName("node-b");
    private static final WorkloadId REDIS = WorkloadId.parse("shop/cart-redis-0");

    private final List<News> told = new ArrayList<>();
    private final Story story = new Story(
            new Observer() {
                @Override
                public void decided(Decided decided) {
                    News.of(decided).ifPresent(told::add);
                }

                @Override
                public void ordered(dev.lifeboat.migration.Order order) {}

                @Override
                public void echoed(Report.Echoed echoed, Instant heardAt) {}

                @Override
                public void deadLetter(String reason) {}
            },
            A,
            REDIS,
            NOON);

    @Test
    void aWholeEvacuationIsToldInAFewWords() {
        story.noticed().begun().streaming().frozen().stored().placed(B).resumed(B);
        assertThat(told)
                .extracting(News::note)
                .containsExactly(
                        "Preemption heard from ec2-imds; the node goes at 2026-03-01T12:02:00Z. Next: kubectl get nodenotice "
                                + story.notice().name() + " -o wide",
                        "shop/cart-redis-0 has to leave node-a, which goes at 2026-03-01T12:02:00Z",
                        "stands still for its dump",
                        "256.0 MiB are in the store as %s-1; stood still for 812 ms".formatted(story.id()),
                        "restore 1 goes to node-b",
                        "shop/cart-redis-0 runs on node-b, with its memory");
    }

    @Test
    void whatHadOnlyItsEndToComeToIsNoFailure() {
        story.noticed().begun().streaming().frozen().stored().placed(B);
        story.then(new MigrationEvent.WorkloadResumed(story.id(), story.now(), B, 4711, true));

        assertThat(told.getLast().what()).isEqualTo(Happening.WorkloadEnded);
        assertThat(told.getLast().note())
                .isEqualTo("shop/cart-redis-0 was restored on node-b, with its memory, and has ended there by itself;"
                        + " its own output says how");
    }

    @Test
    void whatIsLostIsAWarningThatSaysWhatToRun() {
        story.noticed().begun().streaming();
        story.then(new MigrationEvent.NodeLost(story.id(), story.now()));
        story.then(new MigrationEvent.WorkloadLost(story.id(), story.now(), LossReason.NOT_STORED));

        News last = told.getLast();
        assertThat(last.what()).isEqualTo(Happening.WorkloadLost);
        assertThat(last.note())
                .startsWith("the memory of shop/cart-redis-0 is gone: NOT_STORED: ")
                .endsWith("Next: lifeboat explain --broker BROKER --workload shop/cart-redis-0");
        assertThat(told).noneMatch(news -> news.note().contains("unknown"));
    }

    @Test
    void everyWarningSaysWhatToRunNext() {
        for (Happening each : Happening.values()) {
            assertThat(each.template().contains(". Next: "))
                    .as(each.name())
                    .isEqualTo(each.type() == Happening.Type.Warning);
        }
    }

    @Test
    void everyEventIsOnItsPage() {
        var page = new StringBuilder("""
                # Events

                Drawn by `HappeningTest`. With `--cluster-objects` (the chart sets it) the orchestrator tells these as events of
                `events.k8s.io/v1`, from `lifeboat.dev/orchestrator`: `kubectl describe` shows them beside the object that they are
                about, `kubectl get events -A --field-selector reason=WindowMissed` finds them. The reasons are stable.

                The same reason on the same object within six minutes is one event that counts, with the words of the first; all
                pods of one owner count together on it. Events are a courtesy: what could not be told in time is dropped and
                counted (`lifeboat_objects_total{outcome="event_dropped"}`), and nothing is told again after a restart. What became
                of a workload stands in its Evacuation ([custom-resources.md](custom-resources.md)) and, for good, in the journal.
                `BROKER` and `STORE` stand for those of the cluster.

                | reason | type | told on | words |
                |---|---|---|---|
                """);
        for (Happening each : Happening.values()) {
            String on = each.on().stream()
                    .map(subject -> subject.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
            page.append("| `%s` | %s | %s | %s |\n".formatted(each, each.type(), on, each.template()));
        }
        Drawn.matches(Path.of("docs", "reference", "events.md"), page.toString());
    }
}
