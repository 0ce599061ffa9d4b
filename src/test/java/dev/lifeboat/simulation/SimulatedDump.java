package dev.lifeboat.simulation;

import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.OnCaptured;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.simulation.SimulatedNode.Tree;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;

/// One dump. Either it is sealed by a verdict to kill, or it was given up and a later verdict is not carried out.
final class SimulatedDump {
    static final String IMAGE = "core.img";

    private static final int EXTENTS = 3;
    private static final int STEP_MILLIS = 1_500;

    private enum Fate {
        OPEN,
        SEALED,
        GIVEN_UP
    }

    private final Source source;
    private final Tree tree;
    private final SimulatedNode node;
    private final AgentProcess process;
    private final Schedule schedule;
    private final Faults faults;
    private final Instant frozenAt;
    private Fate fate = Fate.OPEN;

    SimulatedDump(
            Source source, Tree tree, SimulatedNode node, AgentProcess process, Schedule schedule, Faults faults) {
        this.source = source;
        this.tree = tree;
        this.node = node;
        this.process = process;
        this.schedule = schedule;
        this.faults = faults;
        this.frozenAt = schedule.now();
    }

    DumpOutcome run(PageSink pages, OnCaptured verdict) {
        tree.freeze(process);
        node.stoodStill.put(String.valueOf(source.metadata().getFileName()), frozenAt);
        Fiber mine = process.running();
        schedule.after(source.limit(), () -> giveUp(mine));
        try {
            verdict.frozen();
            if (!feed(pages)) {
                return failed("criu-died");
            }
            SimulatedCheckpointer.write(source.metadata().resolve(IMAGE));
            return settle(verdict.captured());
        } catch (InterruptedException stopped) {
            return failed("limit-spent");
        } catch (RuntimeException refused) {
            return failed("sink-failed");
        } finally {
            // Whoever interrupted, meant the verdict.
            Thread.interrupted();
        }
    }

    /// The tree goes on while the verdict may still be on its way.
    private void giveUp(Fiber running) {
        if (fate == Fate.OPEN && !process.dead()) {
            fate = Fate.GIVEN_UP;
            thaw();
            running.interrupt();
        }
    }

    private boolean feed(PageSink pages) throws InterruptedException {
        var task = new MemoryObject(MemoryObject.Kind.TASK, tree.pid);
        for (int i = 0; i < EXTENTS; i++) {
            process.pause(STEP_MILLIS);
            if (fate != Fate.OPEN || schedule.chance(faults.store() / EXTENTS)) {
                return false;
            }
            var extent = new Extent(task, (long) i * Extent.PAGE_SIZE, 1);
            ByteBuffer room = pages.reserve(extent);
            room.putInt((int) tree.pid);
            pages.commit(extent);
        }
        return true;
    }

    private DumpOutcome settle(Verdict said) {
        if (fate == Fate.GIVEN_UP) {
            return failed("limit-spent");
        }
        var frozen = Duration.between(frozenAt, schedule.now());
        if (said == Verdict.THAW) {
            fate = Fate.GIVEN_UP;
            thaw();
            return new DumpOutcome.Thawed(frozen);
        }
        fate = Fate.SEALED;
        tree.standing = Tree.Standing.SEALED;
        process.pause(STEP_MILLIS);
        node.trees.values().remove(tree);
        return new DumpOutcome.Killed(frozen, new ByteCount(EXTENTS * (long) Extent.PAGE_SIZE));
    }

    private DumpOutcome failed(String reason) {
        fate = Fate.GIVEN_UP;
        thaw();
        return new DumpOutcome.Failed(reason, "", node.trees.containsValue(tree));
    }

    private void thaw() {
        if (tree.standing == Tree.Standing.FROZEN) {
            tree.standing = Tree.Standing.RUNS;
        }
    }
}
