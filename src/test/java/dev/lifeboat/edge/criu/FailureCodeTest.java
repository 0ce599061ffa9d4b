package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class FailureCodeTest {
    @Test
    void everyCodeIsExplainedOnItsPage() {
        var page = new StringBuilder("""
                # Why a dump or a restore failed

                Drawn from the code; `./mvnw test -Ddocs.update=true` draws it anew. The codes are stable: reports, events and
                metrics carry them. After a failed dump the workload goes on, unless its report says otherwise.

                | code | what happened | what to do next |
                |---|---|---|
                """);
        for (FailureCode each : FailureCode.values()) {
            page.append("| `%s` | %s | %s |\n".formatted(each.code(), each.meaning(), each.remedy()));
        }
        Drawn.matches(Path.of("docs/reference/dump-failures.md"), page.toString());
    }

    @Test
    void codesAreFitForLabels() {
        assertThat(FailureCode.values()).extracting(FailureCode::code).allMatch(code -> code.matches("[a-z-]+"));
    }
}
