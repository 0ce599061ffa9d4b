/// Kubernetes: what a cluster says of its nodes.
@NullMarked
package dev.lifeboat.edge.kubernetes;

import org.jspecify.annotations.NullMarked;
