/// What Lifeboat tells its operators about itself: meters and log lines.
@NullMarked
package dev.lifeboat.edge.telemetry;

import org.jspecify.annotations.NullMarked;
