package dev.lifeboat.edge.source.azure;

import dev.lifeboat.edge.source.Fields;
import dev.lifeboat.edge.source.Unreadable;
import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.notice.Plausibility;
import dev.lifeboat.notice.Rejection;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Understands Azure's document of scheduled events.
///
/// Source, read 2026-11: Azure documentation, "Scheduled Events for Linux VMs", api-version 2020-07-01.
public final class AzureNotices {
    public static final String SOURCE = "azure";

    /// A placement group has at most some hundred machines; each may have an event.
    private static final int MAX_EVENTS = 1_000;

    /// Announced up to 15 minutes ahead, with an approval profile some hours; one that waits for its
    /// approval stays.
    private static final Plausibility SCHEDULED = new Plausibility(Duration.ofDays(1), Duration.ofDays(2));

    /// An event further off is not approved: saves begin a quarter of an hour ahead, and until then
    /// nothing seems to be at risk.
    static final Duration NEAR = Duration.ofMinutes(10);

    private AzureNotices() {}

    /// Reads one document; never throws.
    ///
    /// @param machine the virtual machine's own name, as the document's `Resources` have it
    public static List<Reading> read(Letter letter, String machine, NodeName node) {
        return Fields.reading(() -> {
            Fields document = Fields.of(letter.body());
            document.number("DocumentIncarnation");
            var readings = new ArrayList<Reading>();
            for (Fields event : document.objects("Events", MAX_EVENTS)) {
                // Every machine of the placement group hears every event.
                readings.add(
                        event.texts("Resources", MAX_EVENTS).contains(machine)
                                ? read(event, letter, node)
                                : new Reading.Foreign(event.text("EventId")));
            }
            return readings;
        });
    }

    /// Which of the document's events may start early once nothing of ours is at risk: those that wait,
    /// that take this machine's memory, and that name no other machine, since an approval counts for all
    /// that are named.
    ///
    /// @return the event's id, and its notice; empty for a document that cannot be read
    static Map<String, Notice> approvable(Letter letter, String machine, NodeName node) {
        var approvable = new LinkedHashMap<String, Notice>();
        try {
            for (Fields event : Fields.of(letter.body()).objects("Events", MAX_EVENTS)) {
                boolean waits = event.text("EventStatus").equals("Scheduled");
                if (waits
                        && event.texts("Resources", MAX_EVENTS).equals(List.of(machine))
                        && read(event, letter, node) instanceof Reading.Understood(Notice.Preemption preemption)
                        && preemption.closesAt().isBefore(letter.receivedAt().plus(NEAR))) {
                    approvable.put(event.text("EventId"), preemption);
                }
            }
        } catch (Unreadable _) {
            return Map.of();
        }
        return approvable;
    }

    private static Reading read(Fields event, Letter letter, NodeName node) throws Unreadable {
        Instant closesAt = closesAt(event, letter.receivedAt());
        String type = event.text("EventType");
        String notBefore = event.text("NotBefore", "started");
        NoticeId id = NoticeId.of(SOURCE, node.value(), event.text("EventId"), type, notBefore);
        Notice notice = switch (type) {
            case "Preempt", "Terminate" -> preemption(id, letter, node, closesAt, Action.TERMINATE);
            case "Reboot" -> preemption(id, letter, node, closesAt, Action.REBOOT);
            case "Redeploy" -> preemption(id, letter, node, closesAt, Action.REDEPLOY);
            // A pause of some seconds that keeps memory.
            case "Freeze" -> new Notice.Advisory(id, node, SOURCE, letter.receivedAt());
            default -> throw event.unknown(Rejection.UNKNOWN_EVENT, "EventType", type);
        };
        return new Reading.Understood(notice);
    }

    private static Notice preemption(NoticeId id, Letter letter, NodeName node, Instant closesAt, Action action) {
        return new Notice.Preemption(id, node, SOURCE, letter.receivedAt(), closesAt, action);
    }

    /// An event that has started has no time of its own any more: its window is over.
    private static Instant closesAt(Fields event, Instant now) throws Unreadable {
        String status = event.text("EventStatus");
        return switch (status) {
            case "Started" -> now;
            case "Scheduled" -> Fields.plausible(notBefore(event), SCHEDULED, now);
            default -> throw event.unknown(Rejection.UNKNOWN_EVENT, "EventStatus", status);
        };
    }

    private static Instant notBefore(Fields event) throws Unreadable {
        String text = event.text("NotBefore");
        try {
            return OffsetDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException e) {
            throw event.badTime("NotBefore", text);
        }
    }
}
