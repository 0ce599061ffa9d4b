package dev.lifeboat.edge.kubernetes.picture;

import dev.lifeboat.edge.kubernetes.resource.NodeNotice.Said;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.policy.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A fold of the journal: which objects there are to be in the cluster, and what is to be in them. Every method that
/// changes something says what is to be looked at again. For any thread.
final class Picture {
    /// Of either evacuations or notices. Each has about 2 kB, and all the objects of a cluster share its etcd.
    static final int MOST = 10_000;

    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final Duration keep;
    private final Map<MigrationId, EvacuationAccount> evacuations = new LinkedHashMap<>();
    private final Map<Name, NoticeAccount> notices = new LinkedHashMap<>();
    private final Map<NodeName, Reclaim> reclaims = new HashMap<>();

    /// Those of the same node's end.
    private final Map<NoticeId, Set<MigrationId>> together = new HashMap<>();

    private final Map<Name, MigrationId> owners = new HashMap<>();
    private Instant sweptAt = Instant.MIN;

    /// @param keep how long what is over is shown
    Picture(Duration keep) {
        this.keep = keep;
    }

    synchronized Set<Name> replay(JournalEvent event) {
        var changed = new LinkedHashSet<>(forget(event.at()));
        switch (event) {
            case JournalEvent.NoticeAccepted accepted -> changed.addAll(accepted(accepted.notice(), accepted.at()));
            case JournalEvent.NoticeSetAside aside -> {
                NoticeAccount account = account(aside.notice(), aside.notice().id(), aside.at());
                if (account != null) {
                    account.setAside(aside.reason(), aside.at());
                    changed.add(account.name());
                }
            }
            case JournalEvent.OfPlan _ -> {}
            case MigrationBegun begun -> changed.addAll(begun(begun));
            case MigrationEvent moved -> changed.addAll(moved(moved));
        }
        return changed;
    }

    synchronized Set<Name> progressed(Report.SaveProgress progress) {
        EvacuationAccount account = evacuations.get(progress.migration());
        if (account == null) {
            return Set.of();
        }
        account.progressed(progress.stored());
        account.look(progress.at());
        return Set.of(account.name());
    }

    /// Everything for which time is running out.
    synchronized Set<Name> look(Instant now) {
        var changed = new LinkedHashSet<Name>();
        for (EvacuationAccount account : evacuations.values()) {
            if (account.pressed()) {
                account.look(now);
                changed.add(account.name());
            }
        }
        return changed;
    }

    /// What is over for longer than it is to be shown is not part of the picture any more.
    synchronized Set<Name> forget(Instant now) {
        if (sweptAt.isAfter(now.minus(SWEEP))) {
            return Set.of();
        }
        sweptAt = now;
        var gone = new LinkedHashSet<Name>();
        for (EvacuationAccount account : List.copyOf(evacuations.values())) {
            if (account.until(keep).isBefore(now)) {
                gone.addAll(drop(account));
            }
        }
        for (NoticeAccount account : List.copyOf(notices.values())) {
            boolean shown = together.containsKey(account.reclaim());
            if (!shown && account.until(keep).isBefore(now)) {
                notices.values().remove(account);
                gone.add(account.name());
            }
        }
        Set<NoticeId> told = new HashSet<>();
        notices.values().forEach(account -> told.add(account.reclaim()));
        reclaims.values().removeIf(reclaim -> !told.contains(reclaim.id()));
        return gone;
    }

    synchronized Set<Name> names() {
        var names = new LinkedHashSet<>(notices.keySet());
        names.addAll(owners.keySet());
        return names;
    }

    /// Empty for what is not, or no more, part of it.
    synchronized Optional<Drawing> draw(Name name) {
        if (name.kind() == Name.Kind.NodeNotice) {
            return Optional.ofNullable(notices.get(name)).map(account -> account.draw(of(account.reclaim())));
        }
        MigrationId owner = owners.get(name);
        EvacuationAccount account = owner == null ? null : evacuations.get(owner);
        if (account == null) {
            return Optional.empty();
        }
        return name.kind() == Name.Kind.Evacuation ? Optional.of(account.draw()) : account.drawCheckpoint();
    }

    private Set<Name> accepted(Notice notice, Instant at) {
        Reclaim reclaim = Reclaim.fold(reclaims.get(notice.node()), notice, at);
        reclaims.put(notice.node(), reclaim);
        var changed = new LinkedHashSet<Name>();
        if (notice instanceof Notice.Withdrawal withdrawal) {
            NoticeAccount account = notices.get(NoticeAccount.name(withdrawal.withdrawn()));
            if (account != null) {
                account.withdrawn(at);
                changed.add(account.name());
            }
            return changed;
        }
        NoticeAccount account = account(notice, reclaim.id(), at);
        if (account != null) {
            account.accepted(at);
            changed.add(account.name());
        }
        return changed;
    }

    private @Nullable NoticeAccount account(Notice notice, NoticeId reclaim, Instant at) {
        NoticeAccount known = notices.get(NoticeAccount.name(notice.id()));
        Said said = NoticeAccount.said(notice).orElse(null);
        if (known != null || said == null) {
            return known;
        }
        if (notices.size() >= MOST) {
            Iterator<NoticeAccount> eldest = notices.values().iterator();
            eldest.next();
            eldest.remove();
        }
        var account = new NoticeAccount(notice, said, reclaim, at);
        notices.put(account.name(), account);
        return account;
    }

    private Set<Name> begun(MigrationBegun begun) {
        var changed = new LinkedHashSet<Name>();
        if (evacuations.containsKey(begun.migration())) {
            return changed;
        }
        if (evacuations.size() >= MOST) {
            Optional<EvacuationAccount> over = evacuations.values().stream()
                    .filter(EvacuationAccount::closed)
                    .findFirst();
            if (over.isEmpty()) {
                return changed;
            }
            changed.addAll(drop(over.get()));
        }
        var account = new EvacuationAccount(
                begun, trigger(reclaims.get(begun.subject().home())));
        evacuations.put(begun.migration(), account);
        owners.put(account.name(), begun.migration());
        together.computeIfAbsent(begun.subject().notice(), _ -> new LinkedHashSet<>())
                .add(begun.migration());
        changed.add(account.name());
        changed.addAll(touch(account, begun.at()));
        return changed;
    }

    /// Of what was never part of it, or is no more, nothing is shown.
    private Set<Name> moved(MigrationEvent event) {
        EvacuationAccount account = evacuations.get(event.migration());
        var changed = new LinkedHashSet<Name>();
        if (account == null) {
            return changed;
        }
        boolean closed = account.closed();
        account.replay(event);
        changed.add(account.name());
        Name checkpoint = account.checkpointName();
        if (checkpoint != null) {
            owners.put(checkpoint, event.migration());
            changed.add(checkpoint);
        }
        if (closed != account.closed()) {
            changed.addAll(touch(account, event.at()));
        }
        return changed;
    }

    /// Notices count their evacuations.
    private List<Name> touch(EvacuationAccount evacuation, Instant at) {
        NoticeId reclaim = evacuation.subject().notice();
        var names = new ArrayList<Name>();
        Reclaim known = reclaims.get(evacuation.subject().home());
        Set<NoticeId> words = new LinkedHashSet<>(Set.of(reclaim));
        if (known != null) {
            known.sightings().forEach(sighting -> words.add(sighting.first().id()));
        }
        for (NoticeId word : words) {
            NoticeAccount account = notices.get(NoticeAccount.name(word));
            if (account != null && account.reclaim().equals(reclaim)) {
                account.moved(of(reclaim), at);
                names.add(account.name());
            }
        }
        return names;
    }

    private List<EvacuationAccount> of(NoticeId reclaim) {
        return together.getOrDefault(reclaim, Set.of()).stream()
                .map(evacuations::get)
                .filter(Objects::nonNull)
                .toList();
    }

    private List<Name> drop(EvacuationAccount account) {
        evacuations.remove(account.migration().id());
        together.computeIfPresent(account.subject().notice(), (_, all) -> {
            all.remove(account.migration().id());
            return all.isEmpty() ? null : all;
        });
        var gone = new ArrayList<Name>();
        gone.add(account.name());
        Name checkpoint = account.checkpointName();
        if (checkpoint != null) {
            gone.add(checkpoint);
        }
        gone.forEach(owners::remove);
        return gone;
    }

    private static Trigger trigger(@Nullable Reclaim reclaim) {
        if (reclaim == null) {
            return Trigger.SpotInterruption;
        }
        return switch (reclaim.standing()) {
            case DRAINING -> Trigger.NodeDrain;
            case DOOMED, DEAD -> Trigger.SpotInterruption;
            case AT_RISK, CALM -> Trigger.RebalanceRecommendation;
        };
    }
}
