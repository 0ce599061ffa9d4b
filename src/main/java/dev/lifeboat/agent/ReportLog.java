package dev.lifeboat.agent;

import dev.lifeboat.migration.Report;

/// Where an agent's reports go. Keeps their order per home node; does not lose one while the agent lives.
@FunctionalInterface
public interface ReportLog {
    void append(Report report);
}
