/// Azure: the Scheduled Events of the placement group that a node is in.
@NullMarked
package dev.lifeboat.edge.source.azure;

import org.jspecify.annotations.NullMarked;
