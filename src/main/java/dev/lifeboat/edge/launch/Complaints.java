package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.planning.BadInput;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Tells users of their mistakes in one line that says which command, what is wrong, and where help is. What is no
/// user's mistake keeps its stack trace.
final class Complaints implements IParameterExceptionHandler, IExecutionExceptionHandler {
    @Override
    public int handleParseException(ParameterException mistake, String[] arguments) {
        CommandLine command = mistake.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String message = String.valueOf(mistake.getMessage()).replaceFirst("^Error: ", "");
        if (isBare(command, arguments)) {
            command.usage(command.getErr());
            return command.getCommandSpec().exitCodeOnInvalidInput();
        }
        command.getErr().println(name + ": " + message + "; see " + name + " --help");
        UnmatchedArgumentException.printSuggestions(mistake, command.getErr());
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    @Override
    public int handleExecutionException(Exception fault, CommandLine command, ParseResult arguments) throws Exception {
        String message = switch (fault) {
            case BadInput it -> it.getMessage();
            case FileSystemException it -> of(it);
            case FileNotFoundException it -> it.getMessage();
            case UncheckedIOException it when it.getCause() instanceof FileSystemException file -> of(file);
            default -> throw fault;
        };
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    /// Whoever types the name of a group of commands alone wants to see what is in it.
    private static boolean isBare(CommandLine command, String[] arguments) {
        return !command.getSubcommands().isEmpty()
                && (arguments.length == 0 || arguments[arguments.length - 1].equals(command.getCommandName()));
    }

    private static String of(FileSystemException fault) {
        String reason = fault.getReason() == null
                ? fault.getClass().getSimpleName().replaceFirst("Exception$", "")
                : fault.getReason();
        return fault.getFile() + ": " + reason + "; name a file that can be read or written";
    }
}
