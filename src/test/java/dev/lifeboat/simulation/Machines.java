package dev.lifeboat.simulation;

import dev.lifeboat.plan.Capacity;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.CpuFacts;
import dev.lifeboat.plan.HostFacts;
import dev.lifeboat.quantity.ByteCount;
import java.util.List;
import java.util.Set;

/// Machines of many makes. What was made on the usual one runs on some of the others.
final class Machines {
    private static final CpuFacts CPU =
            new CpuFacts("GenuineIntel", 6, 85, 7, Set.of("sse4_2", "avx", "avx2", "avx512f"), 0xe7, 2696, 2696);
    private static final CpuFacts OLD_CPU =
            new CpuFacts("GenuineIntel", 6, 63, 2, Set.of("sse4_2", "avx"), 0x7, 832, 832);
    private static final HostFacts HOST = new HostFacts("amd64", CPU, "6.1.0-40", "4.1.1", "process");

    static final Capacity USUAL = with(HOST);

    /// What was made on the usual machine cannot live on any of these.
    static final List<Capacity> UNFIT = List.of(
            with(new HostFacts("arm64", CPU, "6.1.0-40", "4.1.1", "process")),
            with(new HostFacts("amd64", OLD_CPU, "6.1.0-40", "4.1.1", "process")),
            with(new HostFacts("amd64", CPU, "5.15.0-1", "4.1.1", "process")),
            with(new HostFacts("amd64", CPU, "6.1.0-40", "3.19", "process")));

    /// It can on these.
    static final List<Capacity> FIT = List.of(USUAL, with(new HostFacts("amd64", CPU, "6.12.1", "4.2", "process")));

    private Machines() {}

    private static Capacity with(HostFacts host) {
        return new Capacity(
                host, ByteCount.ofMebi(64), CapacityOffer.Kind.SPOT, "m5.large", "z1", Set.of(), List.of(), Set.of());
    }
}
