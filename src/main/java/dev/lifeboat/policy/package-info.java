/// What operators decided: which workloads are saved, how, in what order of preference, and what is never allowed.
///
/// The records are the single source of the file format: the loader, the JSON Schema and the reference page read
/// their components and [Key][dev.lifeboat.policy.Key]s.
@NullMarked
package dev.lifeboat.policy;

import org.jspecify.annotations.NullMarked;
