package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.KafkaSettings;
import dev.lifeboat.edge.kafka.OrchestratorSettings;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Starts Quarkus for one role and waits for its end, once the role's settings are known to be usable.
final class Roles {
    private static final int LAST_PORT = 65_535;

    /// What is looked at before the role has said where its brokers are.
    private static final String NO_BROKER = "localhost:0";

    private Roles() {}

    /// What a role is told.
    ///
    /// @param command for people, such as `lifeboat agent`
    /// @param mapping of its settings
    /// @param check throws an [IllegalArgumentException] that says what to do
    record Told<S>(String command, Class<S> mapping, Consumer<S> check) {
        /// Starts the role unless a setting is a mistake, which costs one line and no framework's warnings.
        ///
        /// @param role empty for Quarkus' own way to wait
        /// @return the process's exit code
        int run(@Nullable Class<? extends QuarkusApplication> role) {
            try {
                checkPort();
                check.accept(read());
            } catch (IllegalArgumentException | IllegalStateException | NoSuchElementException mistake) {
                System.err.println(command + ": " + mistake.getMessage());
                return CommandLine.ExitCode.USAGE;
            }
            return start(command, role);
        }

        /// The same sources, in the same order, as those that Quarkus will read.
        private S read() {
            SmallRyeConfig config = config();
            var _ = Brokers.of(NO_BROKER, config.getConfigMapping(KafkaSettings.class));
            return config.getConfigMapping(mapping);
        }
    }

    private static SmallRyeConfig config() {
        try {
            return ConfigUtils.configBuilder()
                    .withMapping(AgentSettings.class)
                    .withMapping(ListenerConfig.class)
                    .withMapping(OrchestratorSettings.class)
                    .withMapping(KafkaSettings.class)
                    .build();
        } catch (ConfigValidationException mistakes) {
            throw new IllegalArgumentException(
                    IntStream.range(0, mistakes.getProblemCount())
                                    .mapToObj(each ->
                                            plain(mistakes.getProblem(each).getMessage()))
                                    .collect(Collectors.joining("; "))
                            + "; docs/reference/configuration.md has every setting",
                    mistakes);
        }
    }

    /// The framework's words without its numbers and classes.
    private static String plain(String problem) {
        return problem.replaceFirst("^[\\w.$]+: ", "")
                .replaceAll("SRCFG\\d+: ", "")
                .replaceFirst("^The config property ", "")
                .replaceFirst(
                        " with the config value (\"[^\"]*\") threw an Exception whilst being converted ", " is $1: ")
                .replaceFirst(" which the following Converter .*$", "");
    }

    /// For commands that need no service: spoken to as every role would.
    ///
    /// @throws IllegalArgumentException when a setting is a mistake
    static Brokers brokers(String addresses) {
        return Brokers.of(addresses, config().getConfigMapping(KafkaSettings.class));
    }

    private static void checkPort() {
        int port = Integer.getInteger("quarkus.http.port", 0);
        if (port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException("a port is 0 to " + LAST_PORT + ", not " + port);
        }
    }

    private static int start(String command, @Nullable Class<? extends QuarkusApplication> role) {
        var code = new AtomicInteger();
        Quarkus.run(role, (exit, failure) -> {
            code.set(exit);
            if (failure != null) {
                System.err.println(command + ": could not start: " + rootOf(failure));
            }
        });
        return code.get();
    }

    /// Frameworks wrap; what went wrong is innermost, of all that say anything: a timeout has no words of its own.
    private static String rootOf(Throwable failure) {
        String said = failure.toString();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            said = each.getMessage() == null ? said : words(each);
        }
        return said;
    }

    /// Some exceptions say nothing but the name of what is not there.
    static String words(Throwable failure) {
        return switch (failure) {
            case UnknownHostException it -> "no host is called " + it.getMessage();
            case NoSuchFileException it -> "there is no " + it.getFile();
            case AccessDeniedException it -> it.getFile() + " may not be read or written by this user";
            default -> String.valueOf(failure.getMessage());
        };
    }
}
