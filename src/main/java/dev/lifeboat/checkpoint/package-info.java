/// What restorable means: extents, chunks, layers, manifest.
@NullMarked
package dev.lifeboat.checkpoint;

import org.jspecify.annotations.NullMarked;
