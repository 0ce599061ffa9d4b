package dev.lifeboat.edge.kubernetes.picture;

import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.LossReason;
import dev.lifeboat.migration.StrandReason;
import java.time.Duration;

/// What people read of codes and times.
final class Words {
    /// The API server takes 4,096 characters in a condition and 1,024 bytes in an event; an agent's detail may hold a
    /// log.
    private static final int LONGEST = 500;

    private static final long SECONDS_READ_AT_A_GLANCE = 600;
    private static final long MINUTES_READ_AT_A_GLANCE = 180;

    private Words() {}

    static String of(LetGoReason reason) {
        return reason + ": "
                + switch (reason) {
                    case WITHDRAWN -> "every notice for its node was withdrawn";
                    case OUT_OF_TIME -> "the window cannot hold a save any more";
                    case SAVES_FAILED -> "every save that was allowed failed; it runs on until its node is taken";
                    case ALREADY_GONE -> "it ended by itself, or was gone before the save";
                    case SAVED_ALONE -> "its agent had begun to save it alone; that evacuation goes on instead";
                    case TOLD_TO_END -> "its save could not become durable in time; it was told to end by itself";
                    case OUTRANKED -> "what was left of the link and the window saves more without it";
                    case CANNOT_BE_SAVED -> "no checkpoint can take it along, as its agent had said before";
                    case HANDED_OVER -> "its policy wants the app's own hook or a drain";
                    case POLICY -> "a policy says so";
                };
    }

    static String of(LossReason reason) {
        return reason + ": "
                + switch (reason) {
                    case NOT_STORED -> "its node is gone and the store holds no checkpoint of it";
                    case UNREADABLE -> "a checkpoint may be there, but every restore of it failed";
                    case DEATH_UNPROVEN ->
                        "its background checkpoint waits for somebody to say that its node is gone; taint it"
                                + " node.kubernetes.io/out-of-service once you know";
                    case NOBODY_TO_ASK -> "no survivor could be asked in the time allowed";
                };
    }

    static String of(StrandReason reason) {
        return reason + ": "
                + switch (reason) {
                    case RESTORES_FAILED -> "as many restores as are allowed have failed";
                    case NO_CAPACITY -> "no node took it in the time allowed";
                    case NO_COMPATIBLE_DESTINATION -> "every node is of the wrong make; give it one like its old home";
                };
    }

    /// `84s`, `75m`, `26h`; never negative.
    static String of(Duration left) {
        long seconds = Math.max(0, left.toSeconds());
        if (seconds < SECONDS_READ_AT_A_GLANCE) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        return minutes < MINUTES_READ_AT_A_GLANCE ? minutes + "m" : minutes / 60 + "h";
    }

    static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
