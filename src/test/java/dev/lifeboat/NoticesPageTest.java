package dev.lifeboat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.DrainSignal;
import dev.lifeboat.edge.kubernetes.NodeWatcher;
import dev.lifeboat.edge.kubernetes.PodDisruption;
import dev.lifeboat.edge.source.Sample;
import dev.lifeboat.edge.source.azure.AzureNotices;
import dev.lifeboat.edge.source.azure.AzureSource;
import dev.lifeboat.edge.source.ec2.Ec2Events;
import dev.lifeboat.edge.source.ec2.ImdsNotices;
import dev.lifeboat.edge.source.ec2.ImdsPath;
import dev.lifeboat.edge.source.gce.GceNotices;
import dev.lifeboat.edge.source.manual.ManualNotices;
import dev.lifeboat.notice.Rejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Draws the page of all sources, and holds that every test that it names is there.
final class NoticesPageTest {
    private static final Path PAGE = Path.of("docs/reference/notices.md");
    private static final Pattern WINDOW = Pattern.compile(" (?:in|within) (PT[0-9HMS.]+)$");
    private static final Pattern REFERENCE = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|IT))\\.([a-z][A-Za-z0-9]+)`");

    /// Neither private nor static: JUnit's.
    private static final Pattern METHOD =
            Pattern.compile("^    (?:void|List<DynamicTest>) (\\w+)\\(", Pattern.MULTILINE);

    /// One line of the table.
    private record Row(
            String source, String asked, String event, String window, String effect, String sample, String tests) {
        @Override
        public String toString() {
            return "| %s | %s | %s | %s | %s | %s | %s |\n"
                    .formatted(source, asked, event, window, effect, sample, tests);
        }
    }

    @Test
    void theReferencePageIsDrawnFromTheSources() {
        var page = new StringBuilder("""
                # Notices

                Drawn by `NoticesPageTest` from the samples under `eviction-listeners/`, each read by the parser that reads the real thing,
                and from the signals of a cluster. The wire format of what comes of them is [notice.schema.json](notice.schema.json).
                A row with a sample is tested by `SamplesTest.aSampleIsUnderstoodAsItSays` on it, and by the tests that it names, which
                have the source's real or documented counterpart; `NoticesPageTest` holds that they are there.

                | source | asked | event | window | what we do | sample | tested further by |
                |---|---|---|---|---|---|---|
                """);
        rows().forEach(page::append);
        page.append("""

                - *preemption*: the machine is taken at the deadline, whatever we do; the window counts from receipt.
                - *drain*: somebody empties the node and gives it so long.
                - *advisory*: only what can be undone is done.
                - *death*: nothing to checkpoint; the last good image is restored: `OutOfServiceIT`.
                - *withdrawal*: an earlier notice no longer holds. Also made when a notice is gone from where it stood.
                - *foreign*: about a machine that is not ours; acknowledged, counted, set aside.
                - *quiet*: understood, and it announces nothing.

                One reclaim seen by several sources is one effect, with the earliest deadline: `notice.Reclaim`, `ListenerIT`.
                Where a cluster's signals stand and how they count: [drain-signals.md](drain-signals.md).

                ## How sources are asked

                | source | what | tested by |
                |---|---|---|
                """);
        AskedWays.ALL.forEach(page::append);
        page.append("""

                ## Reasons for dead letters

                In the topic `lifeboat.dead-letters` and in `lifeboat_notices_rejected_total{source,reason}`, there in lower case.

                | reason | meaning |
                |---|---|
                """);
        for (Rejection rejection : Rejection.values()) {
            page.append("| `%s` | %s |\n".formatted(rejection, rejection.meaning()));
        }
        Drawn.matches(PAGE, page.toString());
    }

    @Test
    void everyRowNamesTestsThatAreThere() throws IOException {
        for (Row row : rows()) {
            assertTestsAreThere(row.tests, row.event);
        }
        for (AskedWays.Way way : AskedWays.ALL) {
            assertTestsAreThere(way.tests(), way.what());
        }
    }

    private static void assertTestsAreThere(String tests, String of) throws IOException {
        Matcher named = REFERENCE.matcher(tests);
        assertThat(named.find()).as("no test of: " + of).isTrue();
        do {
            assertThat(methods(named.group(1)))
                    .as(of + ": tests of " + named.group(1))
                    .contains(named.group(2));
        } while (named.find());
    }

    private static List<Row> rows() {
        var rows = new ArrayList<Row>();
        Map<Boolean, List<Sample>> samples = Sample.all().stream()
                .collect(Collectors.partitioningBy(sample -> sample.source().equals(NodeWatcher.SOURCE)));
        samples.get(false).forEach(sample -> rows.add(row(sample)));
        rows.addAll(deaths());
        for (DrainSignal signal : DrainSignal.values()) {
            boolean timed =
                    signal.effect() == DrainSignal.Effect.DRAIN || signal.effect() == DrainSignal.Effect.PREEMPTION;
            rows.add(watched(
                    "node: " + signal.key(),
                    timed ? length(signal.grace()) + " from the signal's own time" : "",
                    signal.effect().name().toLowerCase(Locale.ROOT),
                    links(samples.get(true), "node: " + signal.key()),
                    "`NodeWatcherTest.eachSignalIsHeardAndTakenBack`" + further(signal)));
        }
        for (PodDisruption disruption : PodDisruption.values()) {
            rows.add(watched(
                    "pod: " + disruption.reason(),
                    switch (disruption) {
                        case TAINT -> "the pod's `deletionTimestamp`";
                        case EVICTION -> length(DrainSignal.DRAIN.grace()) + " from when it is seen";
                        case KUBELET, PREEMPTION, GARBAGE -> "";
                    },
                    disruption.meaning().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    links(samples.get(true), "pod: " + disruption.reason()),
                    "`NodeWatcherTest.anEndedPodSpeaksForItsNode`"));
        }
        rows.add(watched(
                "node: no signal",
                "",
                "nothing; what went is withdrawn",
                links(samples.get(true), "node: none"),
                "`NodeWatcherTest.aNodeWithoutSignalsSaysNothing`, `NodeWatcherTest.eachSignalIsHeardAndTakenBack`"));
        rows.add(new Row(
                "rehearsal",
                "when a node's listener starts",
                "three canaries",
                "",
                "canary",
                "",
                "`ListenerIT.oneReclaimSeenByFiveSourcesIsOneEffectEvenAfterARestart`"));
        return rows;
    }

    /// What clouds answer when they are asked whether a machine is gone.
    private static List<Row> deaths() {
        return List.of(
                new Row(
                        Ec2Events.SOURCE,
                        "every 2 s past a deadline",
                        "DescribeInstances: terminated, stopped",
                        "",
                        "death",
                        "",
                        "`SqsSourceIT.anInstanceIsDeadOnceEc2SaysSoAndNotBefore`"),
                new Row(
                        NodeWatcher.SOURCE + ", `proof-of-death: gce`",
                        "every 2 s past a deadline",
                        "instances.get: TERMINATED, STOPPED; zoneOperations.list: ended",
                        "",
                        "death",
                        "",
                        "`GceDeathsTest.aPreemptedMachineIsDeadOnceGoogleSaysSo`"));
    }

    private static Row watched(String event, String window, String effect, String samples, String tests) {
        return new Row(NodeWatcher.SOURCE, "watch", event, window, effect, samples, tests);
    }

    /// Of one event in all its circumstances.
    private static String links(List<Sample> samples, String event) {
        String links = samples.stream()
                .filter(sample -> sample.event().equals(event) || sample.event().startsWith(event + " "))
                .map(NoticesPageTest::link)
                .collect(Collectors.joining(", "));
        assertThat(links).as("a sample of: " + event).isNotEmpty();
        return links;
    }

    private static String link(Sample sample) {
        return "[%s](../../%s)"
                .formatted(sample.file().getFileName(), sample.file().toString().replace('\\', '/'));
    }

    private static String further(DrainSignal signal) {
        return switch (signal) {
            case KARPENTER -> ", `NodeWatcherTest.karpentersOwnDeadlineCountsAndCanBeShortened`";
            case OUT_OF_SERVICE ->
                ", `OutOfServiceIT.whatANodeStoredBeforeItWentOutOfServiceIsRestoredAndNothingIsSavedAnew`";
            case CORDON -> ", `NodeWatcherTest.aNodeWithoutSignalsSaysNothing`";
            case CLOUD_SHUTDOWN,
                    SPOT_INTERRUPTION,
                    REBALANCE,
                    NTH_MAINTENANCE,
                    NTH_LIFECYCLE,
                    GKE_TERMINATION,
                    AUTOSCALER,
                    AUTOSCALER_CANDIDATE,
                    GRACEFUL_SHUTDOWN,
                    SHUTTING_DOWN,
                    AKS_EVENT,
                    DRAIN,
                    MAINTENANCE,
                    MAINTENANCE_PLANNED -> "";
        };
    }

    private static Row row(Sample sample) {
        return new Row(
                sample.source(),
                cadence(sample),
                sample.event(),
                window(sample),
                effect(sample),
                link(sample),
                tests(sample));
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

    private static String tests(Sample sample) {
        String name = String.valueOf(sample.file().getFileName()).replace(".json", "");
        return switch (sample.source()) {
            case ImdsNotices.SOURCE -> "`ImdsSourceTest." + ofImds(name) + "`";
            case Ec2Events.SOURCE -> ofQueue(name);
            case GceNotices.SOURCE -> "`GceSourceTest." + ofGce(name) + "`";
            case AzureNotices.SOURCE -> "`AzureSourceTest." + ofAzure(name) + "`";
            case ManualNotices.SOURCE ->
                switch (name) {
                    case "canary" -> "`ListenerIT.oneReclaimSeenByFiveSourcesIsOneEffectEvenAfterARestart`";
                    case "misspelt" -> "`NoticeEndpointTest.aMistakeIsAnsweredWithItsReason`";
                    default -> "`NoticeEndpointTest.aNoticeIsAcceptedAndItsIdTold`";
                };
            default -> throw new AssertionError("name the tests of " + sample.source());
        };
    }

    private static String ofImds(String sample) {
        return switch (sample) {
            case "spot-terminate" -> "aTerminationIsAPreemptionWithTheCloudsOwnDeadline";
            case "spot-stop" -> "aStopIsOneToo";
            case "spot-hibernate" -> "hibernationLeavesNoWindow";
            case "rebalance" -> "aRebalanceRecommendationIsAnAdvisory";
            case "maintenance-none" -> "anEmptyListOfMaintenanceIsQuiet";
            case String it when it.startsWith("maintenance-") -> "maintenanceHasItsOwnDeadlineAndCanBeCanceled";
            case String it when it.startsWith("lifecycle-") -> "aScalingGroupThatTakesTheInstanceOutIsADrain";
            default -> throw new AssertionError("name the test of " + sample);
        };
    }

    private static String ofQueue(String sample) {
        return switch (sample) {
            case "asg-test", "asg-launch" ->
                "`LifecycleIT.aGroupsTestNotificationAndItsLaunchesAreDeletedAndHoldNothing`";
            case "asg-terminate-raw" -> "`LifecycleIT.aListenerThatStartsAnewGoesOnWithTheHook`";
            case "asg-terminate" ->
                "`EventBridgeIT.anEventHasTheSameEffectByWayOfTheBus`, `LifecycleIT.aGroupIsKeptWaitingWhileWeSaveAndGoesOnOnceWeAreSafe`";
            case "spot-interruption-foreign" -> "`SqsSourceIT.aStrangersInstanceIsDeletedAndCounted`";
            default -> "`EventBridgeIT.anEventHasTheSameEffectByWayOfTheBus`";
        };
    }

    private static String ofGce(String sample) {
        return switch (sample) {
            case "preempted-true" -> "aNodesOwnWindowCountsAndNotTheOneInTheSettings";
            case "preempted-false" -> "aValueThatGoesBackIsAWithdrawal";
            case "maintenance-migrate", "maintenance-terminate", "maintenance-none" ->
                "liveMigrationIsAnAdvisoryAndTerminationIsNot";
            default -> throw new AssertionError("name the test of " + sample);
        };
    }

    private static String ofAzure(String sample) {
        return switch (sample) {
            case "preempt" -> "aPreemptionOfThisMachineHasItsOwnDeadline";
            case "preempt-other-machine" -> "anotherMachinesEventIsNotOurs";
            case "preempt-started" -> "anEventThatHasStartedShortensItsWindowToNothing";
            case "none" -> "anEventThatIsGoneIsWithdrawn";
            case "freeze", "reboot", "redeploy", "terminate" -> "eachTypeHasItsEffect";
            default -> throw new AssertionError("name the test of " + sample);
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

    private static List<String> methods(String test) throws IOException {
        try (Stream<Path> files = Files.walk(Drawn.top().resolve("src/test/java"))) {
            Path file = files.filter(each -> each.endsWith(test + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no test " + test));
            return METHOD.matcher(Files.readString(file))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        }
    }
}
