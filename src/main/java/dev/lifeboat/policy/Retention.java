package dev.lifeboat.policy;

import java.time.Duration;

/// How long checkpoints are kept; a chain is kept as long as its youngest link.
public record Retention(
        @Key(value = "Restorable checkpoints per workload.", standard = "1", least = "1", most = "100")
        int keepLast,

        @Key(value = "Nothing is kept longer than this.", standard = "24h", least = "1m", most = "8760h")
        Duration ttl,

        @Key(value = "What becomes of a checkpoint once its workload runs again.", standard = "Keep")
        OnSuccess onSuccess) {
    /// What becomes of a used checkpoint.
    public enum OnSuccess {
        Keep,
        Delete
    }
}
