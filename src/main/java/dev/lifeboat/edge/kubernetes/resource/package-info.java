/// The objects by which Lifeboat shows itself in a cluster. The journal is the truth; these are its picture.
@NullMarked
package dev.lifeboat.edge.kubernetes.resource;

import org.jspecify.annotations.NullMarked;
