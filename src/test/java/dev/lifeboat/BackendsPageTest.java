package dev.lifeboat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.workload.Means;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Draws the page of ways to checkpoint: what each can from [Means], and what holds with the tests
/// that hold it.
final class BackendsPageTest {
    private static final String HEAD = """
            # Ways to checkpoint

            Drawn by `BackendsPageTest`: the first table from `workload.Means`, which plans go by, too; of the second every test exists.

            An agent has one of two, and says which in its heartbeats (`means`): its own CRIU, or with `--kubelet` the
            [kubelet's interface](../how-to/save-without-privileges.md) (KEP-2008). There is a third, `PodCheckpoint` (KEP-5823), which is alpha
            and not in a released Kubernetes (read on 2026-11-22). Nothing here uses it or has been run against it: where nothing else is left, an agent says
            `pod-checkpoint-unreadable`, and [why](../adr/0191-use-no-pod-checkpoints-while-their-files-are-the-runtimes-own.md).

            """;

    private static final List<Property> PROPERTIES = List.of(
            new Property(
                    "Plans go by what a way can: without rounds, with nothing counted as copied ahead, and sooner where it goes by a disk",
                    "MeansInPlansTest",
                    "RoundsTest"),
            new Property(
                    "A gate that is off, a pod that is gone, a runtime that cannot and one that failed are four reasons, in the status and in"
                            + " `lifeboat_dump_failures_total`",
                    "KubeletTest",
                    "KubeletOverTheWireTest",
                    "KubeletPodsTest",
                    "CountedCheckpointerTest"),
            new Property(
                    "No call on a kubelet outlasts its limit, whether it does not accept, does not speak TLS, does not answer, or stops in the middle",
                    "KubeletOverTheWireTest"),
            new Property(
                    "Nothing of a dump that was given up stays on a disk, however late it comes, also after the agent's death",
                    "ArchiveFolderTest",
                    "KubeletPodsTest",
                    "ArchiveCheckpointerTest"),
            new Property(
                    "A pod or container that took the place of the one that was meant is neither checkpointed nor ended",
                    "KubeletPodsTest",
                    "ArchiveCheckpointerTest"),
            new Property(
                    "A client of a closed connection sees a reset and no silence; one of a kept connection goes on",
                    "ContainerIT"),
            new Property(
                    "What is dumped by a kubelet goes on elsewhere, each step once, and its agent had no capability",
                    "KubeletCheckpointsOnCluster"),
            new Property(
                    "What is dumped by CRIU goes on elsewhere, through drains and notices",
                    "EvacuationOnCluster",
                    "InstalledOnCluster",
                    "PodAgentIT"),
            new Property(
                    "Of several containers of a pod the one goes on that its owner has named, and the others start afresh",
                    "EvacuationOnCluster",
                    "InstalledOnCluster",
                    "KubeletCheckpointsOnCluster"),
            new Property("No byte of a workload's memory is in a record of Kafka's", "NoMemoryInRecordsTest"),
            new Property("Pages in the store are sealed, and what opens them is not beside them", "KmsKeysIT"));

    /// @param tests by the simple names of their classes
    private record Property(String words, List<String> tests) {
        Property(String words, String... tests) {
            this(words, List.of(tests));
        }
    }

    @Test
    void whatEachWayCanIsOnItsPage() {
        var page = new StringBuilder(HEAD);
        page.append("| | what it is |");
        for (Means means : Means.values()) {
            page.append(" ").append(means.described()).append(" |");
        }
        page.append("\n|---|---|").append("---|".repeat(Means.values().length)).append("\n");
        for (Means.Ability ability : Means.Ability.values()) {
            page.append("| `%s` | %s |".formatted(ability.code(), ability.meaning()));
            for (Means means : Means.values()) {
                page.append(means.can(ability) ? " yes |" : " no |");
            }
            page.append("\n");
        }
        page.append("\n## What holds\n\n| property | test |\n|---|---|\n");
        for (Property property : PROPERTIES) {
            page.append("| %s | %s |\n"
                    .formatted(
                            property.words(),
                            property.tests().stream()
                                    .map(test -> "`" + test + "`")
                                    .collect(Collectors.joining(", "))));
        }
        Drawn.matches(Path.of("docs", "reference", "backends.md"), page.toString());
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Set<String> there;
        try (Stream<Path> files = Files.walk(Drawn.top().resolve("src/test/java"))) {
            there = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
        assertThat(PROPERTIES).allSatisfy(property -> assertThat(there).containsAll(property.tests()));
    }

    @Test
    void aWayThatCannotStreamCannotBeIncrementalEither() {
        assertThat(Arrays.stream(Means.values()).filter(means -> !means.can(Means.Ability.STREAM)))
                .noneMatch(means -> means.can(Means.Ability.INCREMENTAL));
    }
}
