/// Checkpoints in an S3 store or a local folder: chunks, index, manifest, claims.
@NullMarked
package dev.lifeboat.edge.objectstore;

import org.jspecify.annotations.NullMarked;
