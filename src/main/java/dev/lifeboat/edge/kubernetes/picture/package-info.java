/// The cluster's picture of the journal: objects that are a fold of it and nothing else, and the events that are told
/// of it. What is done to the objects changes nothing here; they are put back.
@NullMarked
package dev.lifeboat.edge.kubernetes.picture;

import org.jspecify.annotations.NullMarked;
