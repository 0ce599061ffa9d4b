/// Two nodes on one machine, each with its own mounts, processes and network, wired to a bridge.
@NullMarked
package dev.lifeboat.edge.demo.node;

import org.jspecify.annotations.NullMarked;
