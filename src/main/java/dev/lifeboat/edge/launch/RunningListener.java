package dev.lifeboat.edge.launch;

import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/// What of a listener has to be ended again, last started first.
///
/// @param sources by name
record RunningListener(List<String> sources, Loops loops, List<AutoCloseable> open) implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RunningListener.class);

    RunningListener(List<String> sources) {
        this(sources, new Loops(), new ArrayList<>());
    }

    void closing(AutoCloseable part) {
        open.add(part);
    }

    @Override
    public void close() {
        loops.close();
        for (AutoCloseable part : open.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warnf("could not close part=%s why=%s", part, e.getMessage());
            }
        }
    }
}
