/// Kafka: topics, wire formats, one transaction per decision, the agents' two loops.
@NullMarked
package dev.lifeboat.edge.kafka;

import org.jspecify.annotations.NullMarked;
