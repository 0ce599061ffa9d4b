/// Which workloads leave a doomed node, by which rung of their ladder, in what order, and where to.
@NullMarked
package dev.lifeboat.plan;

import org.jspecify.annotations.NullMarked;
