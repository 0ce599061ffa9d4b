package dev.lifeboat.edge.planning;

/// Something that the user gave cannot be used; the message says where it is and what to write instead.
public final class BadInput extends RuntimeException {
    public BadInput(String message) {
        super(message);
    }
}
