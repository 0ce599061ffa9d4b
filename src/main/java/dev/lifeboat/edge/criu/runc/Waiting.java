package dev.lifeboat.edge.criu.runc;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Looks until something is so: what it waits for is another program's doing and tells nobody.
final class Waiting {
    /// A frozen or a restored workload waits with us, and a look costs microseconds.
    private static final long BETWEEN_LOOKS_MILLIS = 5;

    private Waiting() {}

    @FunctionalInterface
    interface State {
        boolean reached() throws IOException;
    }

    /// @return whether it became so within `left`
    static boolean until(State state, Duration left) throws IOException, InterruptedException {
        long end = System.nanoTime() + left.toNanos();
        while (!state.reached()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
        }
        return true;
    }
}
