package dev.lifeboat.plan;

/// What a node's agent publishes of its machine (R37), and what a checkpoint keeps of the one it was made on
/// (R38).
///
/// @param architecture as Kubernetes spells it: `amd64`, `arm64`
/// @param cpu the processor as CRIU sees it
/// @param kernel such as `6.1.0-40`
/// @param criu such as `4.1`; empty where nobody knows, as on a node whose kubelet checkpoints
/// @param runtime such as `runc 1.3.0`
public record HostFacts(String architecture, CpuFacts cpu, String kernel, String criu, String runtime) {
    public HostFacts {
        Printed.check("architecture", architecture);
        Printed.check("kernel", kernel);
        Printed.check("criu", criu);
        Printed.check("runtime", runtime);
    }
}
