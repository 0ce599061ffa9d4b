package dev.lifeboat.edge.demo.victim;

/// The process is not what it was: a page, a line or a count is wrong. The message says which.
final class BrokenMemory extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenMemory(String message) {
        super(message);
    }
}
