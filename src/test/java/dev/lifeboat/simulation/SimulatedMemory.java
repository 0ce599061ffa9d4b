package dev.lifeboat.simulation;

import dev.lifeboat.agent.LiveMemory;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;

/// What a dump would find, while the tree runs. Reading it takes its time, and the agent may die at it.
final class SimulatedMemory implements LiveMemory {
    private static final int EXTENTS = 3;
    private static final int STEP_MILLIS = 1_500;

    private final SimulatedNode node;
    private final AgentProcess process;

    SimulatedMemory(SimulatedNode node, AgentProcess process) {
        this.node = node;
        this.process = process;
    }

    @Override
    public View view(long rootPid) {
        var owner = new MemoryObject(MemoryObject.Kind.TASK, rootPid);
        return new View() {
            @Override
            public List<Extent> windows() {
                return node.trees.containsKey(rootPid)
                        ? LongStream.range(0, EXTENTS)
                                .mapToObj(at -> new Extent(owner, at * Extent.PAGE_SIZE, 1))
                                .toList()
                        : List.of();
            }

            @Override
            public List<Extent> present(Extent window) {
                return List.of(window);
            }

            @Override
            public long read(Extent extent, ByteBuffer target) {
                process.pause(STEP_MILLIS);
                target.putInt(target.position(), (int) rootPid);
                return 1;
            }

            @Override
            public void close() {}
        };
    }
}
