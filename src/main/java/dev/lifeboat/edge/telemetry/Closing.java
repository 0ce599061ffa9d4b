package dev.lifeboat.edge.telemetry;

import dev.lifeboat.migration.LetGoReason;

/// What came of an evacuated workload, in few words.
enum Closing {
    /// It runs elsewhere, with its memory.
    SAVED,
    /// Its checkpoint is durable, but it runs nowhere: a person has to restore it.
    STRANDED,
    /// Its app's own hook, a drain or whoever empties the node takes care of it: no checkpoint was wanted, or possible.
    FELL_BACK,
    /// Its memory was to be saved and is lost: the window was missed.
    MISSED,
    /// Every notice was withdrawn, or it ended by itself.
    ABORTED,
    /// Its policy says that nothing is done.
    IGNORED;

    static Closing of(LetGoReason reason) {
        return switch (reason) {
            case WITHDRAWN, ALREADY_GONE, SAVED_ALONE -> ABORTED;
            case OUT_OF_TIME, SAVES_FAILED, OUTRANKED, TOLD_TO_END -> MISSED;
            case CANNOT_BE_SAVED, HANDED_OVER -> FELL_BACK;
            case POLICY -> IGNORED;
        };
    }
}
