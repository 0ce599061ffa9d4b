package dev.lifeboat.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Commands around a checkpoint.
public record Hooks(
        @Key("Before anything is dumped.") @Nullable Hook before,

        @Key("Once the checkpoint is in the store.") @Nullable
        Hook after,

        @Key("On the target node, before the memory is put back.") @Nullable
        Hook beforeRestore,

        @Key("In the restored container.") @Nullable Hook afterRestore) {
    public static final Hooks NONE = new Hooks(null, null, null, null);

    /// One command.
    public record Hook(
            @Key(value = "What is run.", required = true) Exec exec,

            @Key(value = "It has failed after this long.", standard = "10s", least = "100ms", most = "1h")
            Duration timeout,

            @Key(value = "What to do when it fails.", standard = "NextRung")
            OnFailure onFailure) {}

    /// What to do when a command fails.
    public enum OnFailure {
        NextRung,
        Continue
    }
}
