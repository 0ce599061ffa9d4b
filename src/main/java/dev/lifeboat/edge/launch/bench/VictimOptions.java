package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options of every bench that saves or restores one process again and again.
final class VictimOptions {
    /// Less is lost in what the JVM around it takes.
    private static final long SMALLEST = 16L << 20;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the default
    private String size;

    @Option(
            names = "--pairs",
            defaultValue = "5",
            converter = Count.class,
            description = "Runs of each contender (default ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--criu", paramLabel = "FILE", description = "The CRIU to use (default: .ci/provision-criu's).")
    private @Nullable Path criu;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "1g",
            description = "The victim's memory (default ${DEFAULT-VALUE}).")
    void take(String text) {
        ByteCount wanted;
        try {
            wanted = ByteCount.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), "--size: " + wrong.getMessage(), wrong);
        }
        if (wanted.bytes() < SMALLEST) {
            throw new ParameterException(spec.commandLine(), "--size is 16m or more, not " + wanted);
        }
        size = text;
    }

    /// As it was typed.
    String size() {
        return size;
    }

    ByteCount memory() {
        return ByteCount.parse(size);
    }

    int pairs() {
        return pairs;
    }

    /// @param scripts of the installation, which get one where none was named
    Path criu(Path scripts) throws IOException, InterruptedException {
        return criu == null ? Provision.criu(scripts) : criu;
    }
}
