package dev.lifeboat.plan;

import java.util.Set;

/// A processor as far as a restore cares, after CRIU's `cpuinfo.img` (criu/arch/x86/cpu.c,
/// images/cpuinfo.proto).
///
/// @param features flag names as in `/proc/cpuinfo`
/// @param xstateMask state components that XSAVE keeps (XCR0); 0 where there is no XSAVE
/// @param xsaveSize bytes that the enabled components take
/// @param xsaveSizeMax bytes that all components of this processor would take
public record CpuFacts(
        String vendor,
        int family,
        int model,
        int stepping,
        Set<String> features,
        long xstateMask,
        int xsaveSize,
        int xsaveSizeMax) {
    public CpuFacts {
        features = Set.copyOf(features);
    }
}
