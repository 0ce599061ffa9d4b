/// Checkpoints that a container engine has made and written as an archive (KEP-2008).
@NullMarked
package dev.lifeboat.edge.criu.archive;

import org.jspecify.annotations.NullMarked;
