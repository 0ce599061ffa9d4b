package dev.lifeboat.edge.demo;

import dev.lifeboat.Drawn;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class DemoDocsTest {
    @Test
    void drawsTheKeysAndTheExitCodes() {
        var page = new StringBuilder("""
                # `lifeboat demo --json`

                Drawn from code. A figure that was not reached is null.

                | key | unit | meaning |
                |---|---|---|
                """);
        for (Figures.Key key : Figures.Key.values()) {
            page.append("| `%s` | %s | %s |\n".formatted(key.key(), key.unit(), key.meaning()));
        }
        page.append("\n## Endings\n\n| ending | exit code | meaning |\n|---|---|---|\n");
        for (Ending ending : Ending.values()) {
            page.append("| `%s` | %d | %s |\n".formatted(ending, ending.code(), ending.meaning()));
        }
        Drawn.matches(Path.of("docs/reference/demo-json.md"), page.toString());
    }
}
