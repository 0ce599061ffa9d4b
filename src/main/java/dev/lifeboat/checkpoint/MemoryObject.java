package dev.lifeboat.checkpoint;

/// What pages belong to: the private memory of one task, or one shared segment.
///
/// @param id the task's virtual pid, or the shared segment's shmid, as CRIU numbers them
public record MemoryObject(Kind kind, long id) {
    public enum Kind {
        TASK,
        SHARED
    }
}
