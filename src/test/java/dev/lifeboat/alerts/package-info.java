/// The alerts: what the rules say, what they must never miss, and what proves that their tests are worth something.
@NullMarked
package dev.lifeboat.alerts;

import org.jspecify.annotations.NullMarked;
