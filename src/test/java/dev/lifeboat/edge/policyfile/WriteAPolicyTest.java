package dev.lifeboat.edge.policyfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class WriteAPolicyTest {
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyExampleOfTheGuideIsClean() throws IOException {
        String page = Files.readString(Drawn.top().resolve("docs/how-to/write-a-policy.md"));
        var blocks = BLOCK.matcher(page).results().map(match -> match.group(1)).toList();

        assertThat(blocks)
                .hasSize(4)
                .allSatisfy(block -> assertThat(
                                PolicyFiles.read("guide.yaml", block).problems())
                        .isEmpty());
    }
}
