package dev.lifeboat.edge.launch;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// How a role ended. One that could not even be started says why: Quarkus leaves that to whoever started it.
final class RoleExit implements BiConsumer<Integer, @Nullable Throwable> {
    private final String role;
    private volatile int code;

    RoleExit(String role) {
        this.role = role;
    }

    int code() {
        return code;
    }

    @Override
    public void accept(Integer exit, @Nullable Throwable why) {
        code = exit;
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            System.err.println("lifeboat " + role + ": " + cause.getMessage());
        }
    }
}
