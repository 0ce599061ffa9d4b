package dev.lifeboat.policy;

import java.util.List;
import java.util.Map;

/// Where workloads may go. Architecture and kernel must fit anyway; nothing here can lift that.
public record Target(
        @Key(value = "Kinds of capacity, best first.", standard = "[on-demand, spot]", least = "1")
        List<CapacityType> capacityTypes,

        @Key(value = "How far it may go.", standard = "SameZone")
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
        /// Its own zone if there is room, else another.
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
            List<String> require) {
        public CpuMatch {
            require = List.copyOf(require);
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
