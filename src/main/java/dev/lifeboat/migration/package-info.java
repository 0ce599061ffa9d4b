/// The machine: one workload's way from a doomed node to a survivor.
@NullMarked
package dev.lifeboat.migration;

import org.jspecify.annotations.NullMarked;
