package dev.lifeboat.edge.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import dev.lifeboat.edge.source.azure.AzureNotices;
import dev.lifeboat.edge.source.azure.AzureSource;
import dev.lifeboat.edge.source.ec2.Ec2Events;
import dev.lifeboat.edge.source.ec2.ImdsNotices;
import dev.lifeboat.edge.source.ec2.ImdsPath;
import dev.lifeboat.edge.source.gce.GceNotices;
import dev.lifeboat.edge.source.manual.ManualNotices;
import dev.lifeboat.notice.Rejection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The samples of every source, and the reference page that they draw.
final class SamplesTest {
    private static final Pattern WINDOW = Pattern.compile(" (?:in|within) (PT[0-9HMS.]+)$");

    static List<Sample> samples() {
        return Sample.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aSampleIsUnderstoodAsItSays(Sample sample) {
        assertThat(sample.read(sample.letter().body())).map(Sample::words).isEqualTo(sample.expected());
    }

    @Test
    void everySourceHasItsFolderAndEveryFolderItsSettings() throws Exception {
        Map<String, SourceSettings> settings =
                SourceSettings.readAll(Drawn.top().resolve("eviction-listeners"));

        assertThat(settings.keySet())
                .containsAll(samples().stream().map(Sample::source).collect(Collectors.toSet()));
        assertThat(settings.get(ImdsNotices.SOURCE)).satisfies(imds -> {
            assertThat(imds.enabled()).isTrue();
            for (ImdsPath path : ImdsPath.values()) {
                assertThat(path.cadence(imds.cadence())).isEqualTo(path.cadence());
            }
        });
    }

    @Test
    void theReferencePageIsDrawnFromThem() {
        var page = new StringBuilder("""
                # Notices

                Drawn by `SamplesTest` from the samples under `eviction-listeners/`, each read by the parser that reads the real thing.
                The wire format of what comes of them is [notice.schema.json](notice.schema.json). Each row's test is
                `SamplesTest.aSampleIsUnderstoodAsItSays` on the sample that it names, and beside it the test of its source on its
                real or documented counterpart. What a cluster itself says of its nodes: [drain-signals.md](drain-signals.md).

                | source | asked | event | window | what we do | sample | tested further by |
                |---|---|---|---|---|---|---|
                """);
        for (Sample sample : samples()) {
            page.append("| %s | %s | %s | %s | %s | [%s](../../%s) | %s |\n"
                    .formatted(
                            sample.source(),
                            cadence(sample),
                            sample.event(),
                            window(sample),
                            effect(sample),
                            sample.file().getFileName(),
                            sample.file().toString().replace('\\', '/'),
                            test(sample)));
        }
        page.append("""

                - *preemption*: the machine is taken at the deadline, whatever we do; the window counts from receipt.
                - *drain*: somebody empties the node and gives it so long.
                - *advisory*: only what can be undone is done.
                - *death*: nothing to checkpoint; the last good image is restored.
                - *withdrawal*: an earlier notice no longer holds. Also made when a notice is gone from where it stood.
                - *foreign*: about a machine that is not ours; acknowledged, counted, set aside.
                - *quiet*: understood, and it announces nothing.

                One reclaim seen by several sources is one effect, with the earliest deadline: `notice.Reclaim`.

                ## Reasons for dead letters

                In the topic `lifeboat.dead-letters` and in `lifeboat_notices_rejected_total{source,reason}`, there in lower case.

                | reason | meaning |
                |---|---|
                """);
        for (Rejection rejection : Rejection.values()) {
            page.append("| `%s` | %s |\n".formatted(rejection, rejection.meaning()));
        }
        Drawn.matches(Path.of("docs/reference/notices.md"), page.toString());
    }

    private static String effect(Sample sample) {
        return sample.expected().isEmpty()
                ? "nothing"
                : sample.expected().stream()
                        .map(words -> WINDOW.matcher(words).replaceFirst(""))
                        .collect(Collectors.joining("; "));
    }

    /// From receipt to the machine's end; what differs from node to node, or hook to hook, is said in words.
    private static String window(Sample sample) {
        if (sample.event().contains("preempted: TRUE")) {
            return "the node's own: 0, 30 or 120 s";
        }
        return sample.expected().stream()
                .map(WINDOW::matcher)
                .filter(Matcher::find)
                .map(match -> length(Duration.parse(match.group(1))))
                .distinct()
                .map(length -> sample.event().toLowerCase(Locale.ROOT).contains("terminate lifecycle")
                                || sample.event().contains("own terminate")
                        ? length + ", 10 min once the hook takes heartbeats"
                        : length)
                .collect(Collectors.joining("; "));
    }

    private static String length(Duration window) {
        if (window.isZero()) {
            return "none";
        }
        return window.compareTo(Duration.ofHours(1)) < 0
                ? seconds(window)
                : "until its time, here " + window.toHours() + " h";
    }

    private static String test(Sample sample) {
        return switch (sample.source()) {
            case ImdsNotices.SOURCE -> "`ImdsSourceTest`, `AemmIT`";
            case Ec2Events.SOURCE -> "`EventBridgeIT`, `LifecycleIT`, `SqsSourceIT`";
            case GceNotices.SOURCE -> "`GceSourceTest`, `GceWindowTest`";
            case AzureNotices.SOURCE -> "`AzureSourceTest`";
            case ManualNotices.SOURCE -> "`NoticeEndpointTest`";
            default -> throw new AssertionError("name the test of " + sample.source());
        };
    }

    private static String cadence(Sample sample) {
        return switch (sample.source()) {
            case ImdsNotices.SOURCE ->
                Arrays.stream(ImdsPath.values())
                        .filter(path -> path.path().equals(sample.letter().about()))
                        .map(path -> "every " + seconds(path.cadence()))
                        .findFirst()
                        .orElseThrow();
            case AzureNotices.SOURCE -> "every " + seconds(AzureSource.CADENCE);
            case Ec2Events.SOURCE -> "long poll";
            case ManualNotices.SOURCE -> "when it is said";
            case GceNotices.SOURCE -> "hanging request";
            default -> throw new AssertionError("say how often " + sample.source() + " is asked");
        };
    }

    private static String seconds(Duration cadence) {
        return cadence.toMillis() % 1000 == 0 ? cadence.toSeconds() + " s" : cadence.toMillis() + " ms";
    }
}
