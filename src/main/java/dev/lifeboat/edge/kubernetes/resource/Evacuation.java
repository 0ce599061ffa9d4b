package dev.lifeboat.edge.kubernetes.resource;

import dev.lifeboat.policy.Key;
import dev.lifeboat.policy.Text;
import dev.lifeboat.policy.Trigger;
import org.jspecify.annotations.Nullable;

/// One workload's way from a doomed node to a survivor; its name is the migration's id.
public record Evacuation(
        @Key(value = "The workload, as NAMESPACE/NAME.", required = true, text = Text.FILLED)
        String workload,

        @Key(value = "What set it off.", required = true) Trigger trigger,

        @Key(value = "The node that it leaves.", required = true, text = Text.NAME)
        String from) {

    /// Where it is on its way.
    public record Status(
            @Key("Where the only copy of its memory is, and what is being done.") @Nullable
            State state,

            @Key(value = "The rung of the policy's ladder that was taken.", text = Text.NAME) @Nullable
            String rung,

            @Key("Left of the window when this was written, such as 84s.") @Nullable
            String left,

            @Key(
                    value = "Pages in the store, in percent of what the plan expects.",
                    standard = "0",
                    least = "0",
                    most = "100")
            int done,

            @Key(value = "The node that it goes to.", text = Text.NAME) @Nullable
            String to,

            @Key("The checkpoint that it is, or was, restored from.") @Nullable
            String checkpoint,

            @Key("Work that is lost by going back to a background checkpoint, such as 240s.") @Nullable
            String lost) {}

    /// The states of a migration, as docs/reference/migration-states.mmd draws them.
    public enum State {
        Waiting,
        Noticed,
        Streaming,
        Frozen,
        Captured,
        Thawed,
        Recalled,
        Kept,
        Missing,
        Sought,
        Stored,
        Restoring,
        Resumed,
        LetGone,
        Lost,
        Stranded
    }

    /// What is told of an evacuation.
    public enum Type {
        /// Whether its memory is in the store, whole.
        Stored,
        /// Whether it runs again; the summary.
        Ready
    }

    /// Why.
    public enum Reason {
        /// The save has not come to its end.
        Saving,
        /// The manifest is in the store.
        ManifestWritten,
        /// The save failed and the workload runs on; it may be tried again.
        SaveFailed,
        /// It could not be saved; it runs on until its node is gone, and has a background checkpoint.
        Kept,
        /// It goes back to its background checkpoint.
        BackgroundChosen,
        /// Its node is gone without a word; survivors look whether the store has it.
        Sought,
        /// A survivor is restoring it.
        Restoring,
        /// A restore failed; another one is tried.
        RestoreFailed,
        /// No survivor can take it now.
        NoDestination,
        /// It runs again.
        Resumed,
        /// The policy, or the plan, does not save it.
        LetGo,
        /// Its node is gone and the store has nothing of it.
        Lost,
        /// There is a checkpoint, but it was not restored in time.
        Stranded
    }
}
