package dev.lifeboat.agent;

import dev.lifeboat.notice.NodeName;
import java.nio.file.Path;

/// The node that an agent runs on.
///
/// @param dumper such as `criu 4.1.1`
/// @param kernel release, as uname(2) gives it
/// @param cpu the processor's model, as /proc/cpuinfo gives it
/// @param scratch a folder on tmpfs for what must not touch a disk
public record Host(NodeName node, String dumper, String kernel, String cpu, Path scratch) {}
