package dev.lifeboat.plan;

import java.util.Set;

/// A processor as far as a restore cares, after CRIU's `cpuinfo.img` (criu/arch/x86/cpu.c,
/// images/cpuinfo.proto).
///
/// @param features flag names as in `/proc/cpuinfo`
/// @param xstateMask state components that XSAVE keeps (XCR0); 0 where there is no XSAVE
/// @param xsaveSize bytes that the enabled components take; 0 where it is not known, or there is no XSAVE
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
    /// The longest list seen has about 160.
    public static final int MOST_FEATURES = 1_024;

    /// All of AVX-512 and AMX take 11 KiB.
    private static final int LARGEST_XSAVE = 1 << 20;

    public CpuFacts {
        Printed.check("vendor", vendor);
        features = Set.copyOf(features);
        if (features.size() > MOST_FEATURES) {
            throw new IllegalArgumentException(
                    "a processor has at most " + MOST_FEATURES + " features, not " + features.size());
        }
        features.forEach(feature -> Printed.check("feature", feature));
        if (xsaveSize < 0 || xsaveSize > LARGEST_XSAVE || xsaveSizeMax < 0 || xsaveSizeMax > LARGEST_XSAVE) {
            throw new IllegalArgumentException(
                    "an XSAVE area has 0 to " + LARGEST_XSAVE + " bytes, not " + xsaveSize + " of " + xsaveSizeMax);
        }
    }
}
