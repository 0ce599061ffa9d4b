package dev.lifeboat.agent;

final class MemoryCheckpointsTest extends CheckpointChainContract {
    private final MemoryCheckpoints checkpoints = new MemoryCheckpoints();

    @Override
    protected CheckpointStore store() {
        return checkpoints;
    }
}
