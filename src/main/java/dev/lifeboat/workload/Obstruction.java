package dev.lifeboat.workload;

/// Something in a running workload that CRIU will refuse or be longer with, seen before anybody wants to save it.
///
/// @param seen where, for people: a process and what it holds; at most [#LONGEST] characters
public record Obstruction(WorkloadId workload, Obstacle obstacle, String seen) {
    /// Paths and addresses may be long; a heartbeat with a hundred of them must not be.
    public static final int LONGEST = 200;

    public Obstruction {
        if (seen.length() > LONGEST) {
            throw new IllegalArgumentException("at most " + LONGEST + " characters, not " + seen.length());
        }
    }

    public static Obstruction of(WorkloadId workload, Obstacle obstacle, String seen) {
        return new Obstruction(workload, obstacle, seen.substring(0, Math.min(LONGEST, seen.length())));
    }

    /// Whether a save will fail because of it.
    public boolean blocks() {
        return obstacle.effect() == Obstacle.Effect.BLOCKS;
    }

    @Override
    public String toString() {
        return obstacle.code() + ": " + seen;
    }
}
