/// Plays recorded interruption traces against policies.
@NullMarked
package dev.lifeboat.edge.replay;

import org.jspecify.annotations.NullMarked;
