/// Google Compute Engine: the metadata server of one node, asked by requests that hang until something changes.
@NullMarked
package dev.lifeboat.edge.source.gce;

import org.jspecify.annotations.NullMarked;
