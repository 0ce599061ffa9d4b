/// What we are told: who is doomed, by whom, and how long is left.
@NullMarked
package dev.lifeboat.notice;

import org.jspecify.annotations.NullMarked;
