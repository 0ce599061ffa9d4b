package dev.lifeboat.edge.preflight;

/// One capability of this node, as found.
///
/// @param fine whether saving finds what it wants
/// @param found what was seen, such as a version
/// @param remedy what to do about a "no", ready to be typed where a command does it; empty when it is fine
public record Finding(Capability capability, boolean fine, String found, String remedy) {
    static Finding yes(Capability capability, String found) {
        return new Finding(capability, true, found, "");
    }

    static Finding no(Capability capability, String found, String remedy) {
        return new Finding(capability, false, found, remedy);
    }

    /// Whether nothing can be saved here because of it.
    public boolean blocks() {
        return !fine && capability.weight() == Capability.Weight.NEEDED;
    }
}
