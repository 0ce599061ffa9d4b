package dev.lifeboat.listener;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.notice.Reclaim;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Follows every machine that is to be taken to its end: from its deadline on its cloud is asked whether it is gone,
/// and once it is, that goes to the log as a notice like any other. A restore of what ran there need not wait any
/// longer for a node that will never answer.
///
/// It hears what any source said, from the log: a machine's own listener ends with the machine.
public final class DeathWatch {
    /// A machine that is still there so long after its deadline has been let live.
    static final Duration GIVEN_UP_AFTER = Duration.ofMinutes(15);

    /// More than a zone takes at once; past it the earliest are forgotten.
    private static final int MOST = 10_000;

    private final String source;
    private final ProofOfDeath proof;
    private final Listener listener;
    private final Tally tally;
    private final InstantSource clock;
    private final Map<NodeName, Reclaim> told = new LinkedHashMap<>();
    private final Set<NodeName> met = new HashSet<>();

    /// @param source in whose name deaths are told, such as `ec2-sqs`
    public DeathWatch(String source, ProofOfDeath proof, Listener listener, Tally tally, InstantSource clock) {
        this.source = source;
        this.proof = proof;
        this.listener = listener;
        this.tally = tally;
        this.clock = clock;
    }

    /// Takes note of what has been told of machines, by whatever source.
    public synchronized void heard(Notice notice) {
        if (notice instanceof Notice.Canary) {
            return;
        }
        Reclaim known = told.get(notice.node());
        Reclaim after = Reclaim.fold(known, notice, notice.receivedAt());
        if (after.closesAt().isPresent()) {
            told.put(notice.node(), after);
        } else {
            forget(notice.node());
        }
        while (told.size() > MOST) {
            forget(told.keySet().iterator().next());
        }
    }

    /// Asks for each machine that is due; to be called every few seconds.
    ///
    /// @return how many deaths were told
    public int look() {
        Instant now = clock.instant();
        Map<NodeName, Instant> doomed = doomed(now);
        doomed.keySet().forEach(this::meet);
        int deaths = 0;
        for (var each : doomed.entrySet()) {
            if (!each.getValue().isAfter(now) && ended(each.getKey()) && tell(each.getKey(), each.getValue(), now)) {
                deaths++;
            }
        }
        return deaths;
    }

    /// What the cloud takes and is not known to be dead. A drained machine is nobody's to take; only whoever drains it
    /// knows when it ends.
    private synchronized Map<NodeName, Instant> doomed(Instant now) {
        for (NodeName old : List.copyOf(told.keySet())) {
            if (closesAt(old).plus(GIVEN_UP_AFTER).isBefore(now)) {
                forget(old);
            }
        }
        var doomed = new LinkedHashMap<NodeName, Instant>();
        told.forEach((node, reclaim) -> {
            if (reclaim.standing() == Reclaim.Standing.DOOMED) {
                doomed.put(node, closesAt(node));
            }
        });
        return doomed;
    }

    private void meet(NodeName node) {
        if (met(node)) {
            return;
        }
        try {
            if (proof.meet(node)) {
                meets(node);
            }
        } catch (RuntimeException unanswered) {
            tally.silent(source, "which machine is " + node + "? " + unanswered.getMessage());
        }
    }

    private boolean ended(NodeName node) {
        try {
            return proof.ended(node);
        } catch (RuntimeException unanswered) {
            tally.silent(source, "is " + node + " gone? " + unanswered.getMessage());
            return false;
        }
    }

    private boolean tell(NodeName node, Instant closedAt, Instant now) {
        var id = NoticeId.of(source, "proof-of-death", node.value(), closedAt.toString());
        var letter = new Letter(source, "proof of death", now, Payload.EMPTY);
        var outcome = listener.accept(letter, List.of(new Reading.Understood(new Notice.Death(id, node, source, now))));
        boolean kept = !outcome.contains(Outcome.REFUSED);
        if (kept) {
            forget(node);
        }
        return kept;
    }

    private Instant closesAt(NodeName node) {
        Reclaim reclaim = told.get(node);
        return reclaim == null ? Instant.EPOCH : reclaim.closesAt().orElse(Instant.EPOCH);
    }

    private synchronized boolean met(NodeName node) {
        return met.contains(node);
    }

    private synchronized void meets(NodeName node) {
        met.add(node);
    }

    private synchronized void forget(NodeName node) {
        told.remove(node);
        met.remove(node);
    }
}
