package dev.lifeboat.edge.policyfile;

import org.jspecify.annotations.Nullable;

/// What a scalar was read as.
sealed interface Reading {
    record Good(Object value) implements Reading {}

    /// @param suggestion what to write there instead; null where we have no good guess
    record Bad(Code code, String message, @Nullable String suggestion) implements Reading {}
}
