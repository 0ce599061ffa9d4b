/// Numbers with units.
@NullMarked
package dev.lifeboat.quantity;

import org.jspecify.annotations.NullMarked;
