package dev.lifeboat.edge.source.gce;

import dev.lifeboat.edge.source.Fields;
import dev.lifeboat.edge.source.StrictJson;
import dev.lifeboat.edge.source.Unreadable;
import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.notice.Rejection;
import java.time.Duration;
import java.util.List;

/// Understands what Compute Engine's metadata says of its own instance: bare words, without a time.
///
/// Sources, read 2026-11, Compute Engine documentation: "Create and use preemptible VMs", "Spot VMs",
/// "Get live migration notices".
public final class GceNotices {
    public static final String SOURCE = "gce";

    /// Told this long ahead, by the vendor's page; instances with accelerators hear it an hour ahead.
    static final Duration MAINTENANCE_WINDOW = Duration.ofMinutes(1);

    /// Words are short; more is somebody's error page.
    private static final int MAX_WORD = 64;

    private GceNotices() {}

    /// Reads one value; never throws.
    ///
    /// @param tag the value's ETag: it tells one occurrence from the next, since no time does
    /// @param window from the word `TRUE` to the end of this node, see [GceWindow]
    public static List<Reading> read(GceKey key, Letter letter, String tag, NodeName node, Duration window) {
        return Fields.reading(() -> {
            String word = word(letter);
            NoticeId id = NoticeId.of(SOURCE, key.name(), node.value(), word, tag);
            return List.of(
                    switch (word) {
                        case "FALSE", "NONE" -> new Reading.Quiet(word);
                        case "TRUE" -> preemption(id, letter, node, window);
                        case "TERMINATE_ON_HOST_MAINTENANCE" -> preemption(id, letter, node, MAINTENANCE_WINDOW);
                        case "MIGRATE_ON_HOST_MAINTENANCE" ->
                            new Reading.Understood(new Notice.Advisory(id, node, SOURCE, letter.receivedAt()));
                        default ->
                            throw new Unreadable(
                                    Rejection.UNKNOWN_ACTION, key.path() + " is a word that we do not know");
                    });
        });
    }

    private static String word(Letter letter) throws Unreadable {
        if (letter.body().length() > MAX_WORD) {
            throw new Unreadable(Rejection.TOO_LARGE, letter.body().length() + " bytes, at most " + MAX_WORD);
        }
        String word = StrictJson.text(letter.body()).strip();
        if (word.isEmpty()) {
            throw new Unreadable(Rejection.MISSING_FIELD, "the value is empty");
        }
        return word;
    }

    private static Reading preemption(NoticeId id, Letter letter, NodeName node, Duration window) {
        return new Reading.Understood(new Notice.Preemption(
                id, node, SOURCE, letter.receivedAt(), letter.receivedAt().plus(window), Action.TERMINATE));
    }
}
