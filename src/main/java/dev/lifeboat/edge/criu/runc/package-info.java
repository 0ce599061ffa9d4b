/// Containers that run under runc: what a dump must know of them, and how they come back.
@NullMarked
package dev.lifeboat.edge.criu.runc;

import org.jspecify.annotations.NullMarked;
