package dev.lifeboat.edge.preflight;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What a node may have that saving or restoring wants; the codes are stable.
public enum Capability {
    CRIU("takes and restores the images", Weight.NEEDED),
    PRIVILEGES("root's capabilities, for CRIU", Weight.NEEDED),
    SCRATCH("a folder on tmpfs, for the images' metadata", Weight.NEEDED),
    PAGES("pages of 4 KiB: checkpoints consist of them", Weight.NEEDED),
    REGISTERS("every register that a program computes with comes along", Weight.NEEDED),
    DIRTY_TRACKING("the kernel tells which pages changed, for CRIU's pre-dumps", Weight.WANTED),
    LAZY_PAGES("userfaultfd, for resuming before all pages are there", Weight.WANTED),
    CGROUPS("freezing of containers", Weight.WANTED),
    RUNC("containers as workloads", Weight.WANTED),
    CONTAINERD("pods as workloads", Weight.WANTED),
    TCP("open connections can be kept", Weight.WANTED),
    IO_URING("whether workloads may use what CRIU cannot dump", Weight.TOLD),
    CPU("what a restore elsewhere has to match", Weight.TOLD),
    GPU("device memory, which goes through host memory", Weight.TOLD);

    private final String purpose;
    private final Weight weight;

    Capability(String purpose, Weight weight) {
        this.purpose = purpose;
        this.weight = weight;
    }

    /// How much hangs on it.
    public enum Weight {
        /// Nothing is saved without it.
        NEEDED,
        /// Some workloads, or some ways of saving, want it.
        WANTED,
        /// A fact, good or bad for nobody by itself.
        TOLD
    }

    /// As it appears in reports: `dirty-tracking`.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What it is for.
    public String purpose() {
        return purpose;
    }

    /// How much hangs on it.
    public Weight weight() {
        return weight;
    }
}
