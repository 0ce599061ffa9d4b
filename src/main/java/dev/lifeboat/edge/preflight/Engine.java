package dev.lifeboat.edge.preflight;

/// What CRIU says of itself and of the kernel (`FEATURE_CHECK` of its rpc.proto).
public sealed interface Engine {
    /// @param version such as `4.1.1`
    record Answers(String version, boolean tracksMemory, boolean lazyPages) implements Engine {}

    /// @param why for the operator
    record Silent(String why) implements Engine {}
}
