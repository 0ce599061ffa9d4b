package dev.lifeboat.edge.demo;

/// The demo cannot go on; the message says what to do.
final class DemoFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Ending ending;

    DemoFailed(Ending ending, String message) {
        super(message);
        this.ending = ending;
    }

    Ending ending() {
        return ending;
    }
}
