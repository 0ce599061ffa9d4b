package dev.lifeboat.policy;

import dev.lifeboat.workload.Connections;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a rung does.
public sealed interface Action {

    /// Dumps memory and state, streams them to the store, restores them elsewhere.
    record Checkpoint(
            @Key(
                    value = "Incremental sends memory ahead and the rest at the end, Full all at once.",
                    standard = "Incremental")
            CheckpointMode mode,

            @Key(
                    value = "The longest that the workload may stand still.",
                    standard = "30s",
                    least = "10ms",
                    most = "1h")
            Duration maxFreeze,

            @Key(
                    value =
                            "What becomes of open connections. Close: peers see a reset and connect again. Keep: they go on, which"
                                    + " needs the same address after the restore. Refuse: what has any is not saved.",
                    standard = "Close")
            Tcp tcp)
            implements Action {}

    /// Asks the application to save itself.
    @OneOf({"http", "exec", "signal"})
    record AppHook(
            @Key("Asks over HTTP, in the pod's own network.") @Nullable
            Http http,

            @Key("Runs a command in the container.") @Nullable
            Exec exec,

            @Key("Sends a signal to the container's first process.") @Nullable
            Signal signal,

            @Key(
                    "A CEL expression over `response`; the hook is done once it is true. Left out: status 2xx or exit code 0.")
            @Nullable
            Completion doneWhen,

            @Key(value = "The hook has failed after this long.", required = true, least = "100ms", most = "1h")
            Duration timeout,

            @Key(value = "Whether the pod is stopped once the application has saved itself.", standard = "false")
            boolean thenStop)
            implements Action {}

    /// Ends the pod politely; work since its last saved state is lost.
    record Drain(
            @Key(value = "Time between SIGTERM and SIGKILL.", standard = "30s", least = "0s", most = "1h")
            Duration gracePeriod)
            implements Action {}

    /// Lets the workload go down with its node.
    record Ignore() implements Action {}

    /// How much is sent when.
    enum CheckpointMode {
        Incremental,
        Full
    }

    /// What becomes of open connections.
    enum Tcp {
        /// Peers see a reset and connect again.
        Close,
        /// They go on under the same address.
        Keep,
        /// A workload that has any is not saved.
        Refuse;

        /// In the words of whoever saves.
        public Connections connections() {
            return switch (this) {
                case Close -> Connections.CLOSE;
                case Keep -> Connections.KEEP;
                case Refuse -> Connections.REFUSE;
            };
        }
    }

    /// Signals that applications use for "save yourself".
    enum Signal {
        SIGUSR1,
        SIGUSR2,
        SIGHUP,
        SIGINT,
        SIGTERM
    }
}
