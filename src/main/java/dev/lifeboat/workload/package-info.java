/// What is at stake.
@NullMarked
package dev.lifeboat.workload;

import org.jspecify.annotations.NullMarked;
