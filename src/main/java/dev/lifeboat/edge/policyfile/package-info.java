/// YAML → policy: positions, conditions in CEL, lint, JSON Schema.
@NullMarked
package dev.lifeboat.edge.policyfile;

import org.jspecify.annotations.NullMarked;
