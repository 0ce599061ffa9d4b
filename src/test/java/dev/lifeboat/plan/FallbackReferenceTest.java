package dev.lifeboat.plan;

import dev.lifeboat.Drawn;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class FallbackReferenceTest {
    @Test
    void theReferenceSaysOfEveryLevelWhatTriggersItAndWhoCarriesItOut() {
        var page = new StringBuilder("""
                # When a save under way falls behind

                Asked again every 250 ms of every save under way: the first level that is durable in time at the policy's
                confidence is taken. Each change of level is journalled (`replanned`) with its numbers. Why: [planning](../explanation/planning.md).

                | level | what triggers it | who carries it out | what it costs |
                |---|---|---|---|
                """);
        for (Fallback.Level level : Fallback.Level.values()) {
            page.append("| `%s` | %s | %s | %s |%n".formatted(level, level.trigger(), level.executor(), level.price()));
        }
        Drawn.matches(Path.of("docs", "reference", "fallback.md"), page.toString());
    }
}
