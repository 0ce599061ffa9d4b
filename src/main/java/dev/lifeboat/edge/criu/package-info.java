/// Drives CRIU: its service protocol, its page server played by us, its images.
@NullMarked
package dev.lifeboat.edge.criu;

import org.jspecify.annotations.NullMarked;
