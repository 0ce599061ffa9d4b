/// Holds the estimator against recorded memory traces: trace reader, save simulator, baselines, the `forecast` bench.
@NullMarked
package dev.lifeboat.edge.forecast;

import org.jspecify.annotations.NullMarked;
