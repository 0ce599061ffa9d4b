/// What needs a real Kubernetes API server: `./lifeboat test --cluster`.
@NullMarked
package dev.lifeboat.cluster;

import org.jspecify.annotations.NullMarked;
