package dev.lifeboat.agent;

import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What every order needs: the node's ports and its clock, and what was copied ahead.
///
/// @param fillings workloads that run before all their pages are there
/// @param lazy null where everything is restored whole
/// @param terms of a workload's saves
/// @param clock wall clock; deadlines are the cloud's
record Station(
        Host host,
        Workloads workloads,
        Checkpointer checkpointer,
        CheckpointStore store,
        Rounds rounds,
        ReportLog reports,
        Uplink uplink,
        Room room,
        Fate fate,
        Fillings fillings,
        @Nullable LazyRestorer lazy,
        Function<WorkloadId, StandingOrders.Terms> terms,
        InstantSource clock) {
    /// Prefix of the dumper's metadata among a checkpoint's files.
    static final String METADATA = "criu/";

    /// Prefix of the workload's own files among a checkpoint's files.
    static final String STATE = "state/";

    Instant now() {
        return clock.instant();
    }

    void report(Report report) {
        reports.append(report);
    }

    /// The workload as the migration found it: what was restored here from one of the migration's own saves is no
    /// source, however late an order for the source comes.
    Optional<Evacuee> source(WorkloadId workload, MigrationId migration) {
        return workloads
                .find(workload)
                .filter(evacuee -> evacuee.origin().filter(migration::saved).isEmpty());
    }

    /// Sees to it that nothing of the source is left.
    void killSource(WorkloadId workload, MigrationId migration) throws InterruptedException {
        if (source(workload, migration).isPresent()) {
            workloads.kill(workload);
        }
    }

    /// Whether this agent, or an earlier life of it, has begun the order. By then a manifest may be on
    /// the wire.
    boolean begun(String key) {
        return Files.exists(folder(key));
    }

    /// Nothing is open of the order any more.
    void forget(String key) {
        StateFiles.clear(folder(key));
    }

    /// The order is never begun again, by any life of this agent: it counts as begun, and holds
    /// nothing. An agent that starts reads the latest orders anew, those too that were answered.
    void spend(String key) {
        Path folder = folder(key);
        StateFiles.empty(folder);
        make(folder);
    }

    private Path folder(String key) {
        return host.scratch().resolve(key.replace('/', '_'));
    }

    /// An empty folder on tmpfs, named after an order.
    Path scratch(String key) {
        Path folder = folder(key);
        StateFiles.delete(folder);
        return make(folder);
    }

    private static Path make(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
