package dev.lifeboat.plan;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The features that every machine of a pool has: held to these (gVisor's `dev.gvisor.internal.cpufeatures`,
/// `GLIBC_TUNABLES`, `-XX:CPUFeatures`), workloads can move anywhere within the pool (R39).
///
/// @param features sorted flag names
public record CpuLevel(Set<String> features) {
    public CpuLevel {
        features = Collections.unmodifiableSortedSet(new TreeSet<>(features));
    }

    /// @param machines of the pool; none gives the empty level
    public static CpuLevel of(List<CpuFacts> machines) {
        var common = new TreeSet<String>();
        for (int i = 0; i < machines.size(); i++) {
            if (i == 0) {
                common.addAll(machines.get(i).features());
            } else {
                common.retainAll(machines.get(i).features());
            }
        }
        return new CpuLevel(common);
    }

    /// What programs on `machine` would give up at this level, sorted.
    public Set<String> lostBy(CpuFacts machine) {
        var lost = new TreeSet<>(machine.features());
        lost.removeAll(features);
        return Collections.unmodifiableSortedSet(lost);
    }
}
