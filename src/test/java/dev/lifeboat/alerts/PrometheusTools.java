package dev.lifeboat.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.lifeboat.Drawn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A real Prometheus and its `promtool`, as Debian ships them.
///
/// @param folder where both are
record PrometheusTools(Path folder) {
    /// Fetched once for a machine. Where that cannot be done the test is skipped, loudly; in CI it fails.
    static PrometheusTools here() throws IOException, InterruptedException {
        Said said = run(
                null, List.of(Drawn.top().resolve(".ci/provision-prometheus").toString()), Where.ERRORS_APART);
        if (said.code() == 0) {
            return new PrometheusTools(Path.of(said.text().strip()));
        }
        String why = "==== NO PROMETHEUS HERE: .ci/provision-prometheus says above why ====";
        System.out.println(why);
        assertThat(System.getenv("CI")).as(why).isNull();
        return abort(why);
    }

    /// What a command said, and how it ended.
    record Said(int code, String text) {}

    private enum Where {
        ERRORS_APART,
        TOGETHER
    }

    /// @param folder to run in
    Said promtool(Path folder, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(this.folder.resolve("promtool").toString()));
        command.addAll(Arrays.asList(arguments));
        return run(folder, command, Where.TOGETHER);
    }

    Path prometheus() {
        return folder.resolve("prometheus");
    }

    private static Said run(@Nullable Path folder, List<String> command, Where errors)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command);
        if (folder != null) {
            builder.directory(folder.toFile());
        }
        switch (errors) {
            case TOGETHER -> builder.redirectErrorStream(true);
            case ERRORS_APART -> builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        }
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }
}
