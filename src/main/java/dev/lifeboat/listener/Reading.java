package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Rejection;

/// What a parser made of a letter. Parsers return one for every input; they never throw past their edge.
public sealed interface Reading {
    record Understood(Notice notice) implements Reading {}

    /// Understood, and it announces nothing: a test message, an event that is already over.
    record Quiet(String why) implements Reading {}

    /// Understood, but about a machine that is not in our cluster: acknowledged, counted and set aside.
    record Foreign(String machine) implements Reading {}

    /// Goes to the dead letters.
    ///
    /// @param detail for people: the field and what was wrong with it, never the whole body
    record Unreadable(Rejection reason, String detail) implements Reading {}
}
