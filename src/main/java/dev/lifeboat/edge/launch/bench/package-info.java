/// The benches that need several edges at once.
@NullMarked
package dev.lifeboat.edge.launch.bench;

import org.jspecify.annotations.NullMarked;
