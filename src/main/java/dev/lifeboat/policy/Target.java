package dev.lifeboat.policy;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where workloads may go. Architecture and kernel must fit anyway; nothing here can lift that.
public record Target(
        @Key(value = "Kinds of capacity, best first.", standard = "[on-demand, spot]", least = "1")
        List<CapacityType> capacityTypes,

        @Key(value = "How far it may go.", standard = "PreferSameZone")
        Topology topology,

        @Key(
                value = "Labels that the node must carry.",
                standard = "{}",
                names = Text.LABEL_KEY,
                text = Text.LABEL_VALUE)
        Map<String, String> nodeSelector,

        @Key(value = "What the processor must offer.", standard = "{}")
        CpuMatch cpu,

        @Key(value = "What the devices must be.", standard = "{}")
        Devices devices) {
    public Target {
        capacityTypes = List.copyOf(capacityTypes);
        nodeSelector = Map.copyOf(nodeSelector);
    }

    /// How a machine is paid for.
    public enum CapacityType {
        ON_DEMAND("on-demand"),
        SPOT("spot"),
        RESERVED("reserved");

        private final String word;

        CapacityType(String word) {
            this.word = word;
        }

        /// As the file writes it.
        @Override
        public String toString() {
            return word;
        }
    }

    /// How far a workload may go.
    public enum Topology {
        SameZone,
        /// Its own zone if there is room and its machines are not being taken, else another.
        PreferSameZone,
        AnyZone
    }

    /// What the processor must offer.
    public record CpuMatch(
            @Key(
                    value = "Strict asks for every feature that the old node has, Required only for those listed.",
                    standard = "Strict")
            Compatibility compatibility,

            @Key(
                    value = "Features that the node must have, as /proc/cpuinfo writes them.",
                    standard = "[]",
                    most = "64",
                    text = Text.CPU_FEATURE,
                    known = {
                        "aes",
                        "avx",
                        "avx2",
                        "avx512f",
                        "avx512bw",
                        "avx512cd",
                        "avx512dq",
                        "avx512vl",
                        "avx512_vnni",
                        "avx512_bf16",
                        "amx_tile",
                        "amx_bf16",
                        "amx_int8",
                        "bmi1",
                        "bmi2",
                        "erms",
                        "f16c",
                        "fma",
                        "popcnt",
                        "sha_ni",
                        "sse4_1",
                        "sse4_2",
                        "ssse3",
                        "vaes",
                        "xsave",
                        "asimd",
                        "sve",
                        "sve2",
                        "paca"
                    })
            List<String> require,

            @Key(
                    value = "Mere speed hints that the new node may lack; whatever programs would die without is not"
                            + " among them.",
                    standard = "[]")
            Set<Hint> harmless) {
        public CpuMatch {
            require = List.copyOf(require);
            harmless = Set.copyOf(harmless);
        }
    }

    /// Flags that CRIU compares although no program dies without them: those that name a fast way of
    /// something older, and instructions that other processors take for nothing or keep to the kernel (Intel
    /// SDM vol. 2, read 2026-11).
    public enum Hint {
        ERMS("erms"),
        REP_GOOD("rep_good"),
        NOPL("nopl"),
        HLE("hle"),
        MONITOR("monitor"),
        PREFETCH("3dnowprefetch"),
        CLDEMOTE("cldemote");

        private final String flag;

        Hint(String flag) {
            this.flag = flag;
        }

        /// As /proc/cpuinfo and the file write it.
        @Override
        public String toString() {
            return flag;
        }
    }

    /// How alike processors must be.
    public enum Compatibility {
        Strict,
        Required
    }

    /// What the devices must be.
    public record Devices(
            @Key(value = "Whether accelerators must be of the same model.", standard = "true")
            boolean matchModel) {}
}
