package dev.lifeboat.edge.replay;

/// A trace that cannot be used; the message names file and line.
final class Unreadable extends RuntimeException {
    Unreadable(String message) {
        super(message);
    }
}
