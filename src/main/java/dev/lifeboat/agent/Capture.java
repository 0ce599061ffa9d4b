package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Draft;
import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.agent.CheckpointStore.Size;
import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.OnCaptured;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// One dump of a workload into one draft, on top of what was copied ahead; whether its source then
/// dies is for whoever dumps to say.
final class Capture implements AutoCloseable {
    private final Station station;
    private final Evacuee evacuee;
    private final Path metadata;
    private final Optional<Parent> parent;
    private final Draft draft;

    /// @param metadata an empty folder on tmpfs
    Capture(Station station, Evacuee evacuee, CheckpointId checkpoint, Path metadata) throws InterruptedException {
        this.station = station;
        this.evacuee = evacuee;
        this.metadata = metadata;
        WorkloadId workload = evacuee.workload().id();
        var base = station.rounds().chain(workload);
        // Asked before the draft is begun: see Copying.
        this.parent = base.isEmpty() ? Optional.empty() : station.rounds().parent(workload, base.get());
        this.draft = base.map(chain -> station.store().draft(checkpoint, chain))
                .orElseGet(() -> station.store().draft(checkpoint));
    }

    Draft draft() {
        return draft;
    }

    /// @param limit for the whole dump
    DumpOutcome dump(Duration limit, OnCaptured verdict) throws InterruptedException {
        StandingOrders.Terms terms = station.terms().apply(evacuee.workload().id());
        draft.seal(terms.key());
        var source = new Checkpointer.Source(
                evacuee.pid(), metadata, limit, parent.map(Parent::folder).orElse(null), terms.connections());
        PageSink pages = parent.map(found -> found.guard(draft.pages(), String.valueOf(metadata.getFileName())))
                .orElse(draft.pages());
        return station.checkpointer().dump(source, pages, verdict);
    }

    /// With everything frozen: the files beside the pages.
    void files() throws InterruptedException {
        for (Path file : StateFiles.in(metadata)) {
            draft.file(Station.METADATA + file, metadata.resolve(file));
        }
        Path folder = station.workloads().folder(evacuee.workload().id());
        for (Path file : StateFiles.in(folder)) {
            draft.file(Station.STATE + file, folder.resolve(file));
        }
    }

    /// The manifest, last.
    Size commit() throws InterruptedException {
        Host host = station.host();
        return draft.commit(new Facts(
                evacuee.workload().id().toString(),
                host.node().value(),
                host.dumper(),
                host.kernel(),
                host.cpu(),
                evacuee.pid()));
    }

    @Override
    public void close() {
        draft.close();
    }
}
