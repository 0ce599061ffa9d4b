package dev.lifeboat.edge.kubernetes.picture;

import dev.lifeboat.edge.kubernetes.picture.Drawing.Stated;
import dev.lifeboat.edge.kubernetes.resource.Condition;
import dev.lifeboat.edge.kubernetes.resource.Condition.Standing;
import dev.lifeboat.edge.kubernetes.resource.NodeNotice;
import dev.lifeboat.edge.kubernetes.resource.NodeNotice.Reason;
import dev.lifeboat.edge.kubernetes.resource.NodeNotice.Said;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.SetAsideReason;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the journal says of one notice, in the shape of a NodeNotice.
final class NoticeAccount {
    private final Notice notice;
    private final Said said;

    /// The first notice of the same reclaim: its evacuations are this one's, too.
    private final NoticeId reclaim;

    private final @Nullable Instant deadline;
    private Stated counts;
    private Stated finished;
    private Instant movedAt;

    NoticeAccount(Notice notice, Said said, NoticeId reclaim, Instant at) {
        this.notice = notice;
        this.said = said;
        this.reclaim = reclaim;
        deadline = deadline(notice);
        movedAt = at;
        counts = new Stated(
                new Condition(NodeNotice.Type.Counts, Standing.True, Reason.Accepted, "plans count on it"), at);
        finished = new Stated(
                new Condition(NodeNotice.Type.Finished, Standing.True, Reason.Done, "nothing was at risk"), at);
    }

    /// Empty for what is about other notices, or about none.
    static Optional<Said> said(Notice notice) {
        return switch (notice) {
            case Notice.Preemption _ -> Optional.of(Said.Preemption);
            case Notice.Drain _ -> Optional.of(Said.Drain);
            case Notice.Advisory _ -> Optional.of(Said.Advisory);
            case Notice.Death _ -> Optional.of(Said.Death);
            case Notice.Withdrawal _, Notice.Canary _ -> Optional.empty();
        };
    }

    static Name name(NoticeId id) {
        return new Name(Name.Kind.NodeNotice, "", id.value());
    }

    Name name() {
        return name(notice.id());
    }

    NoticeId reclaim() {
        return reclaim;
    }

    boolean done() {
        return finished.condition().status() == Standing.True;
    }

    Instant until(Duration keep) {
        if (!done()) {
            return Instant.MAX;
        }
        Instant last = deadline != null && deadline.isAfter(movedAt) ? deadline : movedAt;
        return last.plus(keep);
    }

    void setAside(SetAsideReason reason, Instant at) {
        become(
                Standing.False,
                Reason.SetAside,
                reason + ": "
                        + switch (reason) {
                            case UNKNOWN_NODE -> "no agent has been heard from this node";
                            case PAST_DEADLINE -> "its deadline had passed when it was read";
                            case ADVISORY_ONLY -> "it allows reversible work only";
                            case NOTHING_TO_WITHDRAW -> "it withdraws a notice that does not stand";
                        },
                at);
    }

    void withdrawn(Instant at) {
        become(Standing.False, Reason.Withdrawn, "who said it has taken it back", at);
    }

    /// It was heard again, and counts.
    void accepted(Instant at) {
        become(Standing.True, Reason.Accepted, "plans count on it", at);
    }

    private void become(Standing status, Reason reason, String message, Instant at) {
        counts = counts.then(new Condition(NodeNotice.Type.Counts, status, reason, message), at);
        movedAt = at;
    }

    /// @param evacuations all of its reclaim
    void moved(Collection<EvacuationAccount> evacuations, Instant at) {
        long open = evacuations.stream().filter(each -> !each.closed()).count();
        var now = open == 0
                ? new Condition(
                        NodeNotice.Type.Finished,
                        Standing.True,
                        Reason.Done,
                        "every workload is resumed, let go or lost")
                : new Condition(NodeNotice.Type.Finished, Standing.False, Reason.InProgress, open + " under way");
        finished = finished.then(now, at);
        movedAt = at;
    }

    Drawing draw(Collection<EvacuationAccount> evacuations) {
        var spec = Drawing.node();
        Drawing.put(spec, "node", notice.node());
        Drawing.put(spec, "said", said);
        Drawing.put(spec, "source", notice.source());
        Drawing.put(spec, "receivedAt", notice.receivedAt());
        Drawing.put(spec, "deadline", deadline);
        var status = Drawing.node();
        Drawing.put(status, "workloads", evacuations.size());
        Drawing.put(status, "resumed", count(evacuations, Migration.Resumed.class));
        Drawing.put(status, "lost", count(evacuations, Migration.Lost.class));
        return new Drawing(name(), notice.node(), spec, status, List.of(counts, finished));
    }

    private static int count(Collection<EvacuationAccount> evacuations, Class<? extends Migration> state) {
        return Math.toIntExact(evacuations.stream()
                .filter(each -> state.isInstance(each.migration()))
                .count());
    }

    private static @Nullable Instant deadline(Notice notice) {
        return switch (notice) {
            case Notice.Preemption preemption -> preemption.closesAt();
            case Notice.Drain drain -> drain.receivedAt().plus(drain.grace());
            case Notice.Death death -> death.receivedAt();
            case Notice.Advisory _, Notice.Withdrawal _, Notice.Canary _ -> null;
        };
    }
}
