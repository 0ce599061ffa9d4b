package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoggingTest {
    private final Logger root = Logger.getLogger("");
    private final Level before = root.getLevel();

    @AfterEach
    void putBack() {
        root.setLevel(before);
    }

    @Test
    void librariesAreNotAskedForTheirFinestLinesBeforeQuarkusIsUp() {
        root.setLevel(Level.ALL);

        Logging.begin();

        Logger wire = Logger.getLogger("org.apache.http.wire");
        assertThat(wire.isLoggable(Level.FINE)).isFalse();
        assertThat(wire.isLoggable(Level.WARNING)).isTrue();
    }
}
