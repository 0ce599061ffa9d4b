package dev.lifeboat.edge.source;

import dev.lifeboat.listener.Payload;

/// What a metadata service answered. That it announces nothing and that it did not answer are two things.
public sealed interface Answer {
    /// @param contentType as sent, in lower case and without parameters; empty when it was not sent
    record Present(Payload body, String contentType) implements Answer {}

    /// 404: nothing is announced.
    record Absent() implements Answer {}

    /// No answer, or one that says nothing about notices.
    record Unavailable(String why) implements Answer {}
}
