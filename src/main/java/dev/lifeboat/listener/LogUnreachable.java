package dev.lifeboat.listener;

/// The log did not confirm in time. Upstream's fault; try again.
public final class LogUnreachable extends RuntimeException {
    public LogUnreachable(String message, Throwable cause) {
        super(message, cause);
    }
}
