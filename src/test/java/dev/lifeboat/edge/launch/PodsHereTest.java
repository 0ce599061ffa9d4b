package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.criu.runc.PodIdentity;
import dev.lifeboat.edge.kubernetes.PodVolumes;
import dev.lifeboat.edge.kubernetes.ProtectedPod;
import dev.lifeboat.workload.Obstacle;
import dev.lifeboat.workload.Obstruction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PodsHereTest {
    private static final ProtectedPod.Part FIRST = new ProtectedPod.Part("pi", "pi@sha256:1", "c-1", "sha256:1", null);
    private static final ProtectedPod.Part SECOND =
            new ProtectedPod.Part("log", "log@sha256:2", "c-2", "sha256:2", null);

    private static final PodIdentity SAVED = new PodIdentity("lab", "pi-0", "u-0", "o-1", "pi", "pi@sha256:1");

    @Test
    void aPodOfWhichNothingSpeaksAgainstItHasNoObstacle() {
        assertThat(obstacles(pod("ReplicaSet", List.of(FIRST), List.of(), Map.of())))
                .isEmpty();
    }

    @Test
    void allThatNoCheckpointCanTakeAlongIsNamed() {
        var spec = Map.of(Obstacle.CONTAINERS, "[pi, log]", Obstacle.NO_OWNER, "nobody");

        assertThat(obstacles(pod("Pod", List.of(FIRST, SECOND), List.of("scratch"), spec)))
                .containsExactly(Obstacle.CONTAINERS, Obstacle.NODE_VOLUME, Obstacle.NO_OWNER)
                .allMatch(each -> each.effect() == Obstacle.Effect.BLOCKS && each.lasts());
    }

    @Test
    void whatSucceedsHasTheSameContainerWhateverRunsBesideIt() {
        assertThat(PodsHere.succeeds(pod("ReplicaSet", List.of(FIRST, SECOND), List.of(), Map.of()), SAVED))
                .isTrue();
        assertThat(PodsHere.succeeds(pod("ReplicaSet", List.of(SECOND, FIRST), List.of(), Map.of()), SAVED))
                .isFalse();
        var unclear = Map.of(Obstacle.CONTAINERS, "[pi, log]");
        assertThat(PodsHere.succeeds(pod("ReplicaSet", List.of(FIRST, SECOND), List.of(), unclear), SAVED))
                .isFalse();
    }

    @Test
    void whatDoesNotComeAlongIsNamedWithWhatNeverDoes() {
        var found = PodsHere.obstructions(
                pod("StatefulSet", List.of(FIRST), List.of("scratch"), Map.of()), List.of("data"));

        assertThat(found).singleElement().satisfies(seen -> {
            assertThat(seen.obstacle()).isEqualTo(Obstacle.NODE_VOLUME);
            assertThat(seen.toString()).contains("[scratch, data]");
        });
    }

    private static List<Obstacle> obstacles(ProtectedPod pod) {
        return PodsHere.obstructions(pod, List.of()).map(Obstruction::obstacle).toList();
    }

    private static ProtectedPod pod(
            String owner, List<ProtectedPod.Part> containers, List<String> volumes, Map<Obstacle, String> obstacles) {
        return new ProtectedPod(
                "lab",
                "pi-1",
                "u-1",
                "node-a",
                new ProtectedPod.Owner(owner, "pi", "o-1"),
                Map.of(),
                containers,
                false,
                false,
                new PodVolumes(volumes, List.of("small"), List.of()),
                obstacles,
                List.of());
    }
}
