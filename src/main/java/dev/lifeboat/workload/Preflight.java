package dev.lifeboat.workload;

import java.util.List;
import java.util.stream.Stream;

/// What an agent has seen of its node and of what runs there that bears on saves to come. It does not grow with a
/// workload's trouble: of each obstacle the first sight is enough.
///
/// @param lacks what `lifeboat check` would say no to
/// @param obstructions of the workloads here
public record Preflight(List<Lack> lacks, List<Obstruction> obstructions) {
    /// Of lacks, and of obstructions; a node has some hundred workloads.
    public static final int MOST = 1_000;

    public Preflight {
        lacks = lacks.stream().limit(MOST).toList();
        obstructions = obstructions.stream().limit(MOST).toList();
    }

    /// @param capability its stable code, such as `lazy-pages`
    /// @param found for people
    public record Lack(String capability, String found) {}

    /// What keeps the workload from being saved; empty when nothing is known to.
    public Stream<Obstruction> blocking(WorkloadId workload) {
        return obstructions.stream()
                .filter(each -> each.blocks() && each.workload().equals(workload));
    }
}
