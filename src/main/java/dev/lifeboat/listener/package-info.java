/// The listener's loop: what sources said goes to the log once, and nothing that was said is lost.
@NullMarked
package dev.lifeboat.listener;

import org.jspecify.annotations.NullMarked;
