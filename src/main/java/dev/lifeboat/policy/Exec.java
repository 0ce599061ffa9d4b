package dev.lifeboat.policy;

import java.util.List;

/// A command in the workload's container; no shell is put around it.
public record Exec(
        @Key(value = "Program and arguments.", required = true, least = "1", most = "64")
        List<String> command) {
    public Exec {
        command = List.copyOf(command);
    }
}
