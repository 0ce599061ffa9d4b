/// How long a checkpoint takes, with its error.
@NullMarked
package dev.lifeboat.estimate;

import org.jspecify.annotations.NullMarked;
