package dev.lifeboat.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How one knows that a workload is ready: exactly one question to it.
@OneOf({"http", "exec", "file"})
public record Ready(
        @Key("A request that is answered with 2xx.") @Nullable
        Http http,

        @Key("A command that ends with 0.") @Nullable Exec exec,

        @Key("A file that is there.") @Nullable Marker file,

        @Key(
                value = "It is said to be late after this long, and asked on.",
                standard = "5m",
                least = "1s",
                most = "24h")
        Duration timeout) {
    /// A file that the workload makes once it is ready.
    public record Marker(
            @Key(value = "Where, as the workload sees it.", required = true, text = Text.PATH)
            String path,

            @Key(
                    value = "Then the path is a folder, and each worker makes a file in it that is named after its"
                            + " process id; one whose process is gone does not count.",
                    standard = "0",
                    least = "0",
                    most = "4096")
            int workers) {}
}
