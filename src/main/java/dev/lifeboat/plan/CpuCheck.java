package dev.lifeboat.plan;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Whether memory made on one processor can live on another, as CRIU decides it at restore time
/// (CRIU 4, criu/arch/x86/cpu.c `cpu_validate_features`, and the save area sizes that criu#3120 is about).
/// Asked before the node is chosen, so that a wrong one is a refusal here and not a SIGILL there.
/// On arm64 nobody asks later: CRIU compares nothing there.
///
/// @param mode which of CRIU's comparisons
/// @param harmless features that may be missing all the same, such as `erms` (a mere speed hint); nothing wider
public record CpuCheck(Mode mode, Set<String> harmless) {
    /// What `--cpu-cap` offers. STRICT compares every flag, INSTRUCTIONS those that programs execute, FPU the
    /// state that the kernel saves for them.
    public enum Mode {
        STRICT,
        INSTRUCTIONS,
        FPU
    }

    /// Instructions and FPU state, nothing harmless: CRIU's own default (`fpu|ins`).
    public static final CpuCheck STANDARD = new CpuCheck(Mode.INSTRUCTIONS, Set.of());

    private static final Set<String> FPU_FLAGS = Set.of("fpu", "fxsr", "osxsave", "xsave", "xsaves");

    /// The flags of CRIU's `x86_ins_capability_mask`, as `/proc/cpuinfo` spells them.
    private static final Set<String> INSTRUCTION_FLAGS = Set.of(
            ("fpu tsc cx8 sep cmov clflush mmx fxsr sse sse2 syscall mmxext rdtscp 3dnowext 3dnow rep_good nopl pni"
                            + " pclmulqdq monitor ssse3 cx16 sse4_1 sse4_2 movbe popcnt aes xsave osxsave avx f16c rdrand"
                            + " abm sse4a misalignsse 3dnowprefetch xop fma4 tbm fsgsbase bmi1 hle avx2 bmi2 erms rtm mpx"
                            + " avx512f avx512dq rdseed adx clflushopt avx512pf avx512er avx512cd sha_ni avx512bw"
                            + " avx512vl xsaveopt xsavec xgetbv1 xsaves")
                    .split(" "));

    /// Flags newer than CRIU's list that programs execute all the same: without them glibc or a JVM dies by
    /// SIGILL, and CRIU would not have noticed.
    private static final Set<String> NEWER_INSTRUCTION_FLAGS = Set.of(
            ("fma avx512ifma avx512vbmi avx512_vbmi2 avx512_vnni avx512_bitalg avx512_vpopcntdq avx512_bf16 avx512_fp16"
                            + " avx_vnni amx_tile amx_bf16 amx_int8 vaes vpclmulqdq gfni clwb cldemote movdiri"
                            + " movdir64b waitpkg serialize wbnoinvd pku")
                    .split(" "));

    private static final String ARM = "arm64";

    /// What the kernel saves for a program on arm64, as `/proc/cpuinfo` spells it there.
    private static final Set<String> ARM_STATE_FLAGS = Set.of("fp", "asimd", "sve", "sve2", "sme", "paca", "pacg");

    /// Keys that sign pointers. Measured with CRIU 4.2.1: what was dumped with them is not restored
    /// without (criu#2824), and what was dumped without them dies as soon as it runs with them, for its
    /// return addresses are not signed.
    private static final Set<String> POINTER_KEYS = Set.of("paca", "pacg");

    public CpuCheck {
        harmless = Set.copyOf(harmless);
    }

    /// What `target` lacks for memory made on `source`; empty when it would do. Both are of one
    /// architecture.
    public Optional<Lack> lackOf(HostFacts source, HostFacts target) {
        return source.architecture().equals(ARM)
                ? lackOf(source.cpu(), target.cpu(), this::countsOnArm).or(() -> unsigned(source.cpu(), target.cpu()))
                : lackOf(source.cpu(), target.cpu(), this::counts);
    }

    private static Optional<Lack> unsigned(CpuFacts source, CpuFacts target) {
        var surplus = new TreeSet<>(POINTER_KEYS);
        surplus.retainAll(target.features());
        surplus.removeAll(source.features());
        return surplus.isEmpty() ? Optional.empty() : Optional.of(new Lack.Surplus(surplus));
    }

    private Optional<Lack> lackOf(CpuFacts source, CpuFacts target, Predicate<String> counts) {
        Set<String> missing = missing(source, target, counts);
        if (!missing.isEmpty()) {
            return Optional.of(new Lack.Features(missing));
        }
        if (mode == Mode.STRICT && !sameModel(source, target)) {
            return Optional.of(new Lack.Model(nameOf(source), nameOf(target)));
        }
        long states = source.xstateMask() & ~target.xstateMask();
        if (states != 0) {
            return Optional.of(new Lack.States(states));
        }
        if (source.xsaveSize() == 0) {
            // Nobody there could ask CRIU: a kubelet's node, or one without XSAVE.
            return Optional.empty();
        }
        if (source.xsaveSize() != target.xsaveSize()) {
            return Optional.of(new Lack.SaveArea(source.xsaveSize(), target.xsaveSize()));
        }
        if (source.xsaveSizeMax() != target.xsaveSizeMax()) {
            return Optional.of(new Lack.SaveArea(source.xsaveSizeMax(), target.xsaveSizeMax()));
        }
        return Optional.empty();
    }

    /// Why memory cannot move from one processor to the other.
    public sealed interface Lack {
        /// Sorted flag names.
        record Features(Set<String> missing) implements Lack {
            public Features {
                missing = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(missing));
            }
        }

        /// Sorted names of flags without which the memory was made, and with which it does not live.
        record Surplus(Set<String> features) implements Lack {
            public Surplus {
                features = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(features));
            }
        }

        record Model(String source, String target) implements Lack {}

        /// Components of the extended state, as bits of XCR0.
        record States(long mask) implements Lack {}

        /// CRIU wants the sizes equal, in bytes.
        record SaveArea(int source, int target) implements Lack {}
    }

    private Set<String> missing(CpuFacts source, CpuFacts target, Predicate<String> counts) {
        var missing = new TreeSet<String>();
        for (String flag : source.features()) {
            if (counts.test(flag) && !target.features().contains(flag) && !harmless.contains(flag)) {
                missing.add(flag);
            }
        }
        if (mode == Mode.STRICT) {
            target.features().stream()
                    .filter(flag -> !source.features().contains(flag) && !harmless.contains(flag))
                    .forEach(missing::add);
        }
        return missing;
    }

    /// All that the kernel lists there are instructions that programs may execute.
    private boolean countsOnArm(String flag) {
        return mode != Mode.FPU || ARM_STATE_FLAGS.contains(flag);
    }

    private boolean counts(String flag) {
        return switch (mode) {
            case STRICT -> true;
            case INSTRUCTIONS ->
                INSTRUCTION_FLAGS.contains(flag) || NEWER_INSTRUCTION_FLAGS.contains(flag) || FPU_FLAGS.contains(flag);
            case FPU -> FPU_FLAGS.contains(flag);
        };
    }

    private static boolean sameModel(CpuFacts a, CpuFacts b) {
        return nameOf(a).equals(nameOf(b));
    }

    private static String nameOf(CpuFacts cpu) {
        return cpu.vendor() + " family " + cpu.family() + " model " + cpu.model() + " stepping " + cpu.stepping();
    }
}
