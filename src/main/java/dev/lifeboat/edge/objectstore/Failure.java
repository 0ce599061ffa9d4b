package dev.lifeboat.edge.objectstore;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The first thing that went wrong among several threads.
final class Failure {
    private final AtomicReference<@Nullable RuntimeException> first = new AtomicReference<>();
    private final Runnable onFirst;

    Failure(Runnable onFirst) {
        this.onFirst = onFirst;
    }

    void set(RuntimeException failure) {
        if (first.compareAndSet(null, failure)) {
            onFirst.run();
        }
    }

    @Nullable
    RuntimeException get() {
        return first.get();
    }

    void check() {
        RuntimeException failure = first.get();
        if (failure != null) {
            throw failure;
        }
    }
}
