package dev.lifeboat.plan;

import dev.lifeboat.quantity.ByteCount;
import java.util.List;
import java.util.Set;

/// Why one node cannot take one workload.
public sealed interface Hindrance {
    /// Whether waiting, or another node of the same make, would not help.
    default boolean lasting() {
        return switch (this) {
            case Standing _, Room _, Unpublished _ -> false;
            case Architecture _, Processor _, Feature _, Software _, Zone _, Device _, Capacity _, Label _ -> true;
        };
    }

    /// Stable; shown to users.
    default Code code() {
        return switch (this) {
            case Standing _ -> Code.NOT_ACCEPTING;
            case Room _ -> Code.TOO_LITTLE_MEMORY;
            case Unpublished _ -> Code.FACTS_UNPUBLISHED;
            case Architecture _ -> Code.OTHER_ARCHITECTURE;
            case Processor _ -> Code.CPU_INCOMPATIBLE;
            case Feature _ -> Code.CPU_FEATURE_REQUIRED;
            case Software _ -> Code.SOFTWARE_TOO_OLD;
            case Zone _ -> Code.VOLUME_ZONE;
            case Device _ -> Code.DEVICE_MISSING;
            case Capacity _ -> Code.CAPACITY_TYPE;
            case Label _ -> Code.NODE_LABEL;
        };
    }

    enum Code {
        NOT_ACCEPTING,
        TOO_LITTLE_MEMORY,
        FACTS_UNPUBLISHED,
        OTHER_ARCHITECTURE,
        CPU_INCOMPATIBLE,
        CPU_FEATURE_REQUIRED,
        SOFTWARE_TOO_OLD,
        VOLUME_ZONE,
        DEVICE_MISSING,
        CAPACITY_TYPE,
        NODE_LABEL
    }

    record Standing(CapacityOffer.Standing standing) implements Hindrance {}

    /// @param needed resident memory and the restore's peak
    record Room(ByteCount needed, ByteCount free) implements Hindrance {}

    /// Its agent has not said what machine it is.
    record Unpublished() implements Hindrance {}

    record Architecture(String needed, String found) implements Hindrance {}

    record Processor(CpuCheck.Lack lack) implements Hindrance {}

    /// A feature that the policy requires by name.
    record Feature(String name) implements Hindrance {}

    /// @param what `kernel`, `criu` or `runtime`
    record Software(String what, String needed, String found) implements Hindrance {}

    record Zone(Set<String> needed, String found) implements Hindrance {
        public Zone {
            needed = Set.copyOf(needed);
        }
    }

    record Device(String model) implements Hindrance {}

    record Capacity(List<CapacityOffer.Kind> allowed, CapacityOffer.Kind found) implements Hindrance {
        public Capacity {
            allowed = List.copyOf(allowed);
        }
    }

    record Label(String label) implements Hindrance {}
}
