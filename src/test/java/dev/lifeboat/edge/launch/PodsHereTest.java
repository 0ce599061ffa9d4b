package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.PodVolumes;
import dev.lifeboat.edge.kubernetes.ProtectedPod;
import dev.lifeboat.workload.Obstacle;
import dev.lifeboat.workload.Obstruction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PodsHereTest {
    private static final ProtectedPod.Part FIRST = new ProtectedPod.Part("pi", "pi@sha256:1", "c-1", "sha256:1");
    private static final ProtectedPod.Part SECOND = new ProtectedPod.Part("log", "log@sha256:2", "c-2", "sha256:2");

    @Test
    void aPodOfOneContainerThatSomebodyMakesAgainHasNoObstacle() {
        assertThat(obstacles(pod("ReplicaSet", List.of(FIRST), List.of(), false)))
                .isEmpty();
    }

    @Test
    void allThatNoCheckpointCanTakeAlongIsNamed() {
        assertThat(obstacles(pod("Pod", List.of(FIRST, SECOND), List.of("scratch"), true)))
                .containsExactly(Obstacle.CONTAINERS, Obstacle.NODE_VOLUME, Obstacle.OWN_USERS, Obstacle.NO_OWNER)
                .allMatch(each -> each.effect() == Obstacle.Effect.BLOCKS && each.lasts());
    }

    @Test
    void whatDoesNotComeAlongIsNamedWithWhatNeverDoes() {
        var found =
                PodsHere.obstructions(pod("StatefulSet", List.of(FIRST), List.of("scratch"), false), List.of("data"));

        assertThat(found).singleElement().satisfies(seen -> {
            assertThat(seen.obstacle()).isEqualTo(Obstacle.NODE_VOLUME);
            assertThat(seen.toString()).contains("[scratch, data]");
        });
    }

    private static List<Obstacle> obstacles(ProtectedPod pod) {
        return PodsHere.obstructions(pod, List.of()).map(Obstruction::obstacle).toList();
    }

    private static ProtectedPod pod(
            String owner, List<ProtectedPod.Part> containers, List<String> volumes, boolean ownUsers) {
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
                ownUsers);
    }
}
