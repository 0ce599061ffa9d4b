/// Gives a node's containerd what it needs to restore pods.
@NullMarked
package dev.lifeboat.edge.containerd;

import org.jspecify.annotations.NullMarked;
