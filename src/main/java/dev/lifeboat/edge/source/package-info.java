/// Reads what clouds announce: one package per source below, and here what all of them need to read the untrusted.
@NullMarked
package dev.lifeboat.edge.source;

import org.jspecify.annotations.NullMarked;
