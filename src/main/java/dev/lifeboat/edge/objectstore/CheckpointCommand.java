package dev.lifeboat.edge.objectstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.CheckpointId;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `lifeboat checkpoint`: what lies in a store, for the people who look after it.
@Command(
        name = "checkpoint",
        mixinStandardHelpOptions = true,
        description = "Lists, shows, verifies, compares, exports and removes the checkpoints of a store.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ListCheckpoints.class,
            ShowCheckpoint.class,
            VerifyCheckpoints.class,
            DiffCheckpoints.class,
            RemoveCheckpoints.class,
            CollectGarbage.class
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 corrupt, missing, refused or no answer from the store, 2 wrong usage.",
            "Store credentials come from the AWS SDK's usual places."
        })
public final class CheckpointCommand {
    private CheckpointCommand() {}

    /// @param form of an export's images
    public static CommandLine commandLine(ExportCheckpoint.ImageForm form) {
        return new CommandLine(new CheckpointCommand()).addSubcommand(new ExportCheckpoint(form));
    }

    /// What each of them has in common.
    abstract static class OnStore implements Callable<Integer> {
        static final int DONE = 0;
        static final int FAILED = 1;
        private static final JsonMapper JSON = new JsonMapper();

        @Mixin
        StoreOptions options = new StoreOptions();

        @Option(names = "--json", description = "Print one JSON document.")
        boolean json;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        CommandSpec spec;

        /// @return the exit code
        abstract int run(ObjectStore store) throws InterruptedException;

        @Override
        public final Integer call() throws InterruptedException {
            try {
                return run(options.open());
            } catch (StoreFailed | CorruptCheckpoint told) {
                spec.commandLine().getErr().println(spec.qualifiedName() + ": " + told.getMessage());
                return FAILED;
            } finally {
                out().flush();
            }
        }

        PrintWriter out() {
            return spec.commandLine().getOut();
        }

        void print(Object document) {
            try {
                out().println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
            } catch (JsonProcessingException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }

    /// Says what an id looks like.
    static final class Id implements ITypeConverter<CheckpointId> {
        @Override
        public CheckpointId convert(String text) {
            try {
                return new CheckpointId(text);
            } catch (IllegalArgumentException mistake) {
                throw new TypeConversionException(
                        "'" + text + "' is no checkpoint's id; lifeboat checkpoint ls shows them");
            }
        }
    }
}
