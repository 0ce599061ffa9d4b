package dev.lifeboat.edge.preflight;

import dev.lifeboat.workload.Obstacle;

/// One obstacle in one process of a tree.
///
/// @param seen where: a descriptor, a mapping, an address
public record Hit(Obstacle obstacle, long pid, String seen) {}
