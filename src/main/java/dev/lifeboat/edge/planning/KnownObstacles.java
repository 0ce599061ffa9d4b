package dev.lifeboat.edge.planning;

import dev.lifeboat.workload.Obstacle;
import dev.lifeboat.workload.Obstruction;
import dev.lifeboat.workload.WorkloadId;
import java.util.List;
import java.util.stream.Stream;

/// What a snapshot says keeps a workload from being saved, in the codes of `lifeboat check`.
final class KnownObstacles {
    private KnownObstacles() {}

    /// Those that forbid a checkpoint; what comes and goes, or only lengthens a save, does not.
    ///
    /// @param place in the file, for messages
    static List<Obstruction> of(WorkloadId workload, List<String> codes, String place) {
        return codes.stream()
                .map(code -> Obstruction.of(workload, obstacle(code, place), "as the snapshot says"))
                .filter(each -> each.blocks() && each.obstacle().lasts())
                .toList();
    }

    private static Obstacle obstacle(String code, String place) {
        return Stream.of(Obstacle.values())
                .filter(each -> each.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new BadInput(place + ": there is no obstacle \"" + code + "\"; known are "
                        + Stream.of(Obstacle.values()).map(Obstacle::code).toList()));
    }
}
