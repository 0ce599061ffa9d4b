package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Notice;

/// All that can make the orchestrator decide. Time comes in like everything else: as an input.
public sealed interface Input {
    record Told(Notice notice) implements Input {}

    record Heard(Report.OfMigration report) implements Input {}

    record Ticked() implements Input {}
}
