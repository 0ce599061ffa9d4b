package dev.lifeboat.edge.launch;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.concurrent.atomic.AtomicInteger;

/// Starts Quarkus for one role and waits for its end.
final class Roles {
    private Roles() {}

    /// @param command for people, such as `lifeboat agent`
    /// @return the process's exit code
    static int run(String command, Class<? extends QuarkusApplication> role) {
        var code = new AtomicInteger();
        Quarkus.run(role, (exit, failure) -> {
            code.set(exit);
            if (failure != null) {
                System.err.println(command + ": could not start: " + rootOf(failure));
            }
        });
        return code.get();
    }

    /// Frameworks wrap; what went wrong is innermost.
    private static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.toString() : message;
    }
}
