package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The file that `what-if` and `explain` read: a cluster at one moment, as docs/reference/snapshot.md describes
/// it. Durations are text such as `90s` or `1m30s`, sizes such as `2Gi`, rates such as `94MB/s`.
///
/// @param apiVersion [#API_VERSION]
/// @param kind [#KIND]
/// @param takenAt RFC 3339
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterSnapshot(
        @Nullable String apiVersion,
        @Nullable String kind,
        @Nullable String takenAt,
        @Nullable List<Node> nodes,
        @Nullable List<Workload> workloads,
        @Nullable List<Reclaim> reclaims) {
    static final String API_VERSION = "lifeboat.dev/v1alpha1";
    static final String KIND = "ClusterSnapshot";

    /// @param capacity `on-demand`, `spot` or `reserved`
    /// @param memoryFree not promised to anyone
    /// @param uplink recent throughput to the store
    /// @param evictionRisk chance of losing it within the hour, 0 to 1
    /// @param standing `accepting` (when left out), `closed` or `doomed`
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Node(
            @Nullable String name,
            @Nullable String instanceType,
            @Nullable String zone,
            @Nullable String capacity,
            @Nullable String memoryFree,
            @Nullable String uplink,
            @Nullable Double evictionRisk,
            @Nullable String standing,
            @Nullable Integer promised,
            @Nullable List<String> devices,
            @Nullable Map<String, String> labels,
            @Nullable Host host) {}

    record Host(
            @Nullable String architecture,
            @Nullable String kernel,
            @Nullable String criu,
            @Nullable String runtime,
            @Nullable Cpu cpu) {}

    /// @param xstateMask XCR0 as a number
    record Cpu(
            @Nullable String vendor,
            int family,
            int model,
            int stepping,
            @Nullable List<String> features,
            long xstateMask,
            int xsaveSize,
            int xsaveSizeMax) {}

    /// @param owner `Kind/name`
    /// @param unsaved time since its last durable state
    /// @param background time since its newest background checkpoint
    /// @param estimates of its checkpoint for 0, 1, 2 … pre-dump rounds
    /// @param dirty curve of its memory, at some knots
    /// @param obstacles what `lifeboat check` finds in it, such as `io-uring`
    /// @param prestagedOn nodes where earlier layers of it lie
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Workload(
            @Nullable String namespace,
            @Nullable String name,
            @Nullable String node,
            @Nullable String owner,
            @Nullable String classKey,
            @Nullable Map<String, String> labels,
            @Nullable Map<String, String> annotations,
            @Nullable Map<String, String> namespaceLabels,
            @Nullable List<String> containers,
            @Nullable Boolean ready,
            @Nullable Integer restarts,
            @Nullable String runningFor,
            @Nullable String unsaved,
            @Nullable String resident,
            @Nullable String shared,
            @Nullable Integer tasks,
            @Nullable List<String> volumeZones,
            @Nullable List<String> devices,
            @Nullable List<String> obstacles,
            @Nullable List<String> prestagedOn,
            @Nullable List<Forecast> estimates,
            @Nullable Forecast hook,
            @Nullable List<Dirty> dirty,
            @Nullable String background) {}

    /// What a save has to carry some time after a background round.
    ///
    /// @param after the round; rising
    /// @param wire expected bytes, compressed
    /// @param transfer time until they are durable, at p95
    record Dirty(
            @Nullable String after,
            @Nullable String wire,
            @Nullable String transfer) {}

    /// Either the three bounds of both times, or why there are none.
    ///
    /// @param durable p50, p95 and p99
    /// @param frozen p50, p95 and p99
    /// @param unknown a code such as `NOTHING_MEASURED`
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Forecast(
            @Nullable List<String> durable,
            @Nullable List<String> frozen,
            @Nullable Integer samples,
            @Nullable String unknown) {}

    /// @param at RFC 3339
    record Reclaim(
            @Nullable String instanceType,
            @Nullable String zone,
            @Nullable String at) {}
}
