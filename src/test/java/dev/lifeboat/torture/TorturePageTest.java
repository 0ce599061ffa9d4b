package dev.lifeboat.torture;

import dev.lifeboat.Drawn;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class TorturePageTest {
    @Test
    void thePageSaysWhatTheLastRunHasShown() throws IOException {
        Drawn.matches(Results.PAGE, Results.read(Results.FILE).page());
    }
}
