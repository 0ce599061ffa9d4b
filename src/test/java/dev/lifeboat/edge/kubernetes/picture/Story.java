package dev.lifeboat.edge.kubernetes.picture;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.Subject;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.Observer.Decided;
import dev.lifeboat.plan.Fallback;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A workload's way off a spot node, step by step, as an orchestrator journals it, a second each.
final class Story {
    private static final Duration WINDOW = Duration.ofMinutes(2);

    private final Observer observer;
    private final List<JournalEvent> journal = new ArrayList<>();
    private final Notice.Preemption notice;
    private final Subject subject;
    private Instant now;
    private @Nullable Migration migration;

    Story(Observer observer, NodeName from, WorkloadId workload, Instant now) {
        this.observer = observer;
        this.now = now;
        notice = new Notice.Preemption(
                new NoticeId("%016x".formatted(from.hashCode())),
                from,
                "ec2-imds",
                now,
                now.plus(WINDOW),
                Action.TERMINATE);
        var stake = new Planned.Stake("EvacuationPolicy/shop/cart-redis", 4, 900, ByteCount.ofMebi(100));
        subject = new Subject(
                MigrationId.of(notice.id(), workload, 1),
                from,
                workload,
                notice.id(),
                notice.closesAt(),
                new Planned(1, "live", 0, Fallback.Level.L0_GO_ON, stake),
                null);
    }

    List<JournalEvent> journal() {
        return List.copyOf(journal);
    }

    Instant now() {
        return now;
    }

    MigrationId id() {
        return subject.id();
    }

    Name evacuation() {
        return new Name(Name.Kind.Evacuation, subject.workload().namespace(), id().value());
    }

    Name checkpoint() {
        return new Name(Name.Kind.Checkpoint, subject.workload().namespace(), saved().value());
    }

    Name notice() {
        return NoticeAccount.name(notice.id());
    }

    Story noticed() {
        tell(new JournalEvent.NoticeAccepted(notice, now));
        return this;
    }

    Story withdrawn() {
        pass();
        var withdrawal = new Notice.Withdrawal(
                new NoticeId("%016x".formatted(~(long) notice.node().hashCode())),
                notice.node(),
                notice.source(),
                now,
                notice.id());
        tell(new JournalEvent.NoticeAccepted(withdrawal, now));
        return this;
    }

    Story begun() {
        return moved(new MigrationEvent.MigrationBegun(subject, now));
    }

    Story streaming() {
        moved(new MigrationEvent.SaveOrdered(id(), now));
        pass();
        return moved(new MigrationEvent.StreamingBegun(id(), now));
    }

    Story progressed(long mebibytes) {
        pass();
        var order = new OrderId(id() + "/save-1", id(), subject.home());
        var stored = ByteCount.ofMebi(mebibytes);
        observer.progressed(new Report.SaveProgress(subject.home(), now, order, stored, stored));
        return this;
    }

    Story frozen() {
        pass();
        return moved(new MigrationEvent.WorkloadFrozen(id(), now));
    }

    Story stored() {
        pass();
        moved(new MigrationEvent.PagesCaptured(id(), now, ByteCount.ofMebi(256)));
        pass();
        return moved(new MigrationEvent.CheckpointStored(
                id(), now, saved(), ByteCount.ofMebi(256), ByteCount.ofMebi(91), Duration.ofMillis(812)));
    }

    Story placed(NodeName to) {
        return placed(to, 1);
    }

    Story placed(NodeName to, int attempt) {
        pass();
        return moved(new MigrationEvent.RestorePlaced(id(), now, to, saved(), attempt, null));
    }

    Story resumed(NodeName on) {
        pass();
        return moved(new MigrationEvent.WorkloadResumed(id(), now, on, 4711));
    }

    Story then(MigrationEvent event) {
        return moved(event);
    }

    void pass() {
        now = now.plusSeconds(1);
    }

    private CheckpointId saved() {
        return id().checkpoint(1);
    }

    private Story moved(MigrationEvent event) {
        migration = event instanceof MigrationEvent.MigrationBegun begun
                ? Migration.begin(begun)
                : Objects.requireNonNull(migration).replay(event);
        tell(event);
        return this;
    }

    private void tell(JournalEvent event) {
        journal.add(event);
        boolean about = event instanceof MigrationEvent;
        observer.decided(new Decided(event, about ? migration : null, about ? Reclaim.of(notice) : null));
    }
}
