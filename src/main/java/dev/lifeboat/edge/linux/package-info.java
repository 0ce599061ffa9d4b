/// System calls that Java lacks, one method each; foreign memory never leaves this package.
@NullMarked
package dev.lifeboat.edge.linux;

import org.jspecify.annotations.NullMarked;
