package dev.lifeboat.edge.policyfile;

import dev.lifeboat.policy.Key;
import dev.lifeboat.policy.OneOf;
import dev.lifeboat.policy.Text;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A `*.cases.yaml` file: what a policy has to decide in situations that its author cares about.
record CasesDocument(
        @Key(value = "Version of the format.", required = true)
        Documents.Version apiVersion,

        @Key(value = "PolicyCases.", required = true) CasesKind kind,

        @Key(value = "Policy files, relative to this one.", required = true, least = "1")
        List<String> policies,

        @Key(value = "The cases.", required = true, least = "1", most = "500")
        List<Case> cases) {

    enum CasesKind {
        PolicyCases
    }

    /// @param expect for a workload, never null; a snapshot has its own
    @OneOf({"workload", "snapshot"})
    record Case(
            @Key(value = "What the case shows.", required = true, text = Text.FILLED)
            String name,

            @Key(value = "The notice.", standard = "{}") NoticeGiven notice,

            @Key("The workload on the doomed node.") @Nullable
            WorkloadGiven workload,

            @Key("A whole cluster instead of one workload.") @Nullable
            SnapshotGiven snapshot,

            @Key(
                    value = "Free memory on the one surviving node; 0 for no survivor. Only with `workload`.",
                    standard = "64Gi",
                    least = "0",
                    most = "1Pi")
            ByteCount survivor,

            @Key("What has to be decided; a must with `workload`.") @Nullable
            Expected expect) {}

    record SnapshotGiven(
            @Key(
                    value = "Cluster snapshot in JSON, relative to this file; what-if reads the same.",
                    required = true,
                    text = Text.FILLED)
            String file,

            @Key(value = "The node whose notice is supposed.", required = true, text = Text.FILLED)
            String node,

            @Key(
                    value = "What has to be decided, by `namespace/name` of the workloads on that node.",
                    required = true,
                    names = Text.FILLED)
            Map<String, Expected> expect) {}

    record NoticeGiven(
            @Key(value = "What gives notice.", standard = "SpotInterruption")
            Trigger trigger,

            @Key(value = "Time from the notice to the end.", standard = "2m", least = "1s", most = "24h")
            Duration window) {}

    record WorkloadGiven(
            @Key(value = "Kind of the owner.", required = true, text = Text.KIND)
            String kind,

            @Key(value = "Name of the owner.", required = true, text = Text.NAME)
            String owner,

            @Key(value = "Namespace.", standard = "default", text = Text.NAME)
            String namespace,

            @Key(value = "Labels of the pod.", standard = "{}")
            Map<String, String> labels,

            @Key(value = "Labels of the namespace.", standard = "{}")
            Map<String, String> namespaceLabels,

            @Key(value = "Resident memory.", standard = "1Gi", least = "1Mi", most = "100Ti")
            ByteCount memory,

            @Key(value = "Whether it is ready.", standard = "true")
            boolean ready,

            @Key(value = "Time since its containers started.", standard = "1h", least = "0s", most = "87600h")
            Duration runningFor,

            @Key(value = "Restarts of its containers.", standard = "0", least = "0", most = "100000")
            int restarts,

            @Key("Forecast of a checkpoint; left out: not known.") @Nullable
            ForecastGiven checkpoint,

            @Key("Forecast of its own way of saving itself; left out: not known.") @Nullable
            ForecastGiven hook) {}

    record ForecastGiven(
            @Key(value = "Half of all saves are durable by then.", required = true, least = "0s", most = "24h")
            Duration p50,

            @Key(value = "95 of 100 are.", required = true, least = "0s", most = "24h")
            Duration p95,

            @Key(value = "99 of 100 are.", required = true, least = "0s", most = "24h")
            Duration p99,

            @Key(value = "How long the workload stands still at p99.", standard = "1s", least = "0s", most = "24h")
            Duration frozen) {}

    record Expected(
            @Key(value = "What is decided.", required = true)
            Verdict verdict,

            @Key("The rung that is taken; left out: any, or none.") @Nullable
            String rung,

            @Key("The node where it goes on; left out: any, or none.") @Nullable
            String target) {}

    /// What can be decided about a workload.
    enum Verdict {
        /// Dumped, streamed and restored on the survivor.
        Saved,
        /// Dumped and streamed; waits in the store, since no node has room for it.
        Stored,
        /// A checkpoint that nobody can forecast is tried, since the workload would be lost anyway.
        Tried,
        /// Asked to save itself.
        Asked,
        /// Ended politely; work since its last saved state is lost.
        Drained,
        /// Goes down with its node.
        LetGo,
        /// No policy says anything, or none for this trigger.
        Untouched
    }
}
