package dev.lifeboat.listener;

final class MemorySpoolTest extends SpoolContract {
    @Override
    protected Spool spool() {
        return new MemorySpool(ROOM);
    }
}
