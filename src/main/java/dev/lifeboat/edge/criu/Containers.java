package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.Checkpointer.OnRestored;
import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The container runtime of this node: CRIU dumps what it holds, and it rebuilds what CRIU has dumped.
public interface Containers {
    /// What is around the tree; empty when it is no container's.
    Optional<Surroundings> around(long pid) throws IOException;

    /// Puts what belongs to the container and is not CRIU's beside CRIU's images. Everything stands still.
    ///
    /// @throws IOException when it cannot be kept; the dump is given up
    void keep(long pid, Path images) throws IOException, InterruptedException;

    /// Called once the checkpoint is durable, just before the tree is killed: nobody may start it anew on this node.
    /// Everything stands still, and may for as long as `left`. Nothing that fails here keeps the tree alive.
    default void ending(long pid, Duration left) throws InterruptedException {}

    /// Whether these are the images of a container.
    boolean holds(Path images);

    /// Rebuilds it, asks the gate while nothing of it has run, and lets it run or kills it.
    ///
    /// @param images CRIU's, pages and all
    /// @param work an empty folder for logs
    RestoreOutcome restore(Path images, Path work, OnRestored gate) throws IOException, InterruptedException;

    /// Plain processes only.
    Containers NONE = new Containers() {
        @Override
        public Optional<Surroundings> around(long pid) {
            return Optional.empty();
        }

        @Override
        public void keep(long pid, Path images) {
            throw new IllegalStateException("there are no containers here");
        }

        @Override
        public boolean holds(Path images) {
            return false;
        }

        @Override
        public RestoreOutcome restore(Path images, Path work, OnRestored gate) {
            throw new IllegalStateException("there are no containers here");
        }
    };
}
