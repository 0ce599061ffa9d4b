package dev.lifeboat.edge.source.manual;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What a person says of one node: `{"kind":"drain","node":"node-a","within":"10m"}`.
///
/// | field | meaning |
/// |---|---|
/// | `kind` | `preemption`, `drain`, `advisory`, `death`, `withdrawal` or `canary` |
/// | `node` | as Kubernetes names it |
/// | `within` | time left for a preemption or drain: a number with `s`, `m` or `h`; `2m` when left out, at most 30 days
/// |
/// | `of` | the id that a withdrawal takes back |
/// | `reference` | yours, optional: the same words with the same reference are the same notice, so that a retry is safe
/// |
///
/// Any other field is a mistake: a person who wrote `withn` meant something.
public final class ManualNotices {
    public static final String SOURCE = "manual";

    /// The largest real one has some 200 bytes.
    public static final int MOST_BYTES = 16 * 1024;

    private static final Set<String> KNOWN = Set.of("kind", "node", "within", "of", "reference");
    private static final Pattern TIME = Pattern.compile("[0-9]{1,7}[smh]");
    private static final Duration LONGEST = Duration.ofDays(30);

    private ManualNotices() {}

    /// Always one reading.
    public static List<Reading> read(Letter letter) {
        return Fields.reading(() -> {
            if (letter.body().length() > MOST_BYTES) {
                throw new Unreadable(
                        Rejection.TOO_LARGE, letter.body().length() + " bytes or more, at most " + MOST_BYTES);
            }
            JsonNode names = StrictJson.read(letter.body());
            for (var field : names.properties()) {
                if (!KNOWN.contains(field.getKey())) {
                    throw new Unreadable(Rejection.WRONG_SHAPE, "a field is unknown; known are " + KNOWN);
                }
            }
            return List.of(new Reading.Understood(notice(Fields.of(letter.body()), letter)));
        });
    }

    private static Notice notice(Fields said, Letter letter) throws Unreadable {
        String kind = said.text("kind");
        NodeName node = Fields.nodeName(said.text("node"));
        Duration left = within(said);
        var now = letter.receivedAt();
        // Without a reference each call is a notice of its own: a person who says it twice means it twice.
        String mark = said.text("reference", now.toString());
        String of = said.text("of", "");
        var id = NoticeId.of(SOURCE, kind, node.value(), said.has("reference") ? left + of : "", mark);
        return switch (kind) {
            case "preemption" -> new Notice.Preemption(id, node, SOURCE, now, now.plus(left), Action.TERMINATE);
            case "drain" -> new Notice.Drain(id, node, SOURCE, now, left);
            case "advisory" -> new Notice.Advisory(id, node, SOURCE, now);
            case "death" -> new Notice.Death(id, node, SOURCE, now);
            case "canary" -> new Notice.Canary(id, node, SOURCE, now);
            case "withdrawal" -> new Notice.Withdrawal(id, node, SOURCE, now, withdrawn(said));
            default -> throw said.unknown(Rejection.UNKNOWN_ACTION, "kind", kind);
        };
    }

    private static NoticeId withdrawn(Fields said) throws Unreadable {
        String of = said.text("of");
        try {
            return new NoticeId(of);
        } catch (IllegalArgumentException e) {
            throw new Unreadable(Rejection.WRONG_TYPE, "$.of is no notice's id: 16 to 64 hex digits");
        }
    }

    private static Duration within(Fields said) throws Unreadable {
        String text = said.text("within", "2m");
        if (!TIME.matcher(text).matches()) {
            throw new Unreadable(Rejection.BAD_TIME, "$.within is a number with s, m or h, such as 90s");
        }
        Duration left = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
        if (left.compareTo(LONGEST) > 0) {
            throw new Unreadable(Rejection.DEADLINE_TOO_FAR, "$.within is at most " + LONGEST.toDays() + " days");
        }
        return left;
    }
}
