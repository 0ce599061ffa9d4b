/// What this machine and these processes lack for a checkpoint, known before any notice.
@NullMarked
package dev.lifeboat.edge.preflight;

import org.jspecify.annotations.NullMarked;
