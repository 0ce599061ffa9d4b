package dev.lifeboat.simulation;

import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.simulation.SimulatedNode.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// CRIU as the agent knows it: it rolls back whenever it was not told to kill, and lets nothing run that it was not
/// told to let go.
final class SimulatedCheckpointer implements Checkpointer {
    /// One after the other may take this long, so a save takes seconds.
    private static final int STEP_MILLIS = 1_500;
    /// Some targets are slower than the orchestrator's patience: the next attempt overtakes them.
    private static final int SLOW_MILLIS = 90_000;

    private final SimulatedNode node;
    private final AgentProcess process;
    private final Schedule schedule;
    private final Faults faults;

    SimulatedCheckpointer(SimulatedNode node, AgentProcess process, Schedule schedule, Faults faults) {
        this.node = node;
        this.process = process;
        this.schedule = schedule;
        this.faults = faults;
    }

    @Override
    public DumpOutcome dump(Source source, PageSink pages, OnCaptured verdict) {
        process.pause(STEP_MILLIS);
        Tree tree = node.trees.get(source.pid());
        if (tree == null || tree.standing != Tree.Standing.RUNS) {
            return new DumpOutcome.Failed("source-gone", "", tree != null);
        }
        return new SimulatedDump(source, tree, node, process, schedule, faults).run(pages, verdict);
    }

    @Override
    public RestoreOutcome restore(Path metadata, PageSource pages, OnRestored gate) throws InterruptedException {
        process.pause(schedule.chance(faults.late()) ? SLOW_MILLIS : STEP_MILLIS);
        if (node.unfit) {
            return new RestoreOutcome.Unfit("avx512f");
        }
        MemoryObject task = pages.objects().getFirst();
        verify(task, pages);
        if (!Files.exists(metadata.resolve(SimulatedDump.IMAGE)) || schedule.chance(faults.store())) {
            return new RestoreOutcome.Failed("criu-refused", "");
        }
        if (node.trees.containsKey(task.id())) {
            return new RestoreOutcome.Failed("pid-taken", "");
        }
        var tree = new Tree(task.id(), Tree.Standing.BUILT);
        node.trees.put(tree.pid, tree);
        if (!allowed(gate, tree.pid)) {
            node.trees.values().remove(tree);
            return new RestoreOutcome.Failed("not-allowed", "");
        }
        tree.standing = Tree.Standing.RUNS;
        if (schedule.chance(faults.brief())) {
            node.ends(tree);
        }
        process.pause(STEP_MILLIS);
        return new RestoreOutcome.Running(tree.pid);
    }

    private static boolean allowed(OnRestored gate, long pid) {
        try {
            return gate.mayRun(pid);
        } catch (RuntimeException refused) {
            return false;
        }
    }

    private static void verify(MemoryObject task, PageSource pages) throws InterruptedException {
        int memory = 0;
        for (Extent extent : pages.extents(task)) {
            ByteBuffer page = ByteBuffer.allocate((int) extent.length());
            pages.read(extent, page);
            memory += page.getInt(0);
        }
        if (memory != (int) task.id() * pages.extents(task).size()) {
            throw new AssertionError("torn: " + task + " came back with " + memory);
        }
    }

    static void write(Path file) {
        try {
            Files.writeString(file, "metadata");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
