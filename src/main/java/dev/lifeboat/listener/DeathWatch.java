package dev.lifeboat.listener;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Follows every machine that is to be taken to its end: from its deadline on its cloud is asked whether it is gone,
/// and
/// once it is, that goes to the log as a notice like any other. A restore of what ran there need not wait any longer
/// for
/// a node that will never answer.
///
/// What it follows is forgotten with the process; then the orchestrator's own patience counts.
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
    private final Map<NodeName, Instant> due = new LinkedHashMap<>();

    /// @param source in whose name deaths are told, such as `ec2-sqs`
    public DeathWatch(String source, ProofOfDeath proof, Listener listener, Tally tally, InstantSource clock) {
        this.source = source;
        this.proof = proof;
        this.listener = listener;
        this.tally = tally;
        this.clock = clock;
    }

    /// Takes note of what has been told of machines.
    public synchronized void heard(List<Notice> notices) {
        for (Notice notice : notices) {
            switch (notice) {
                case Notice.Preemption preemption -> due.putIfAbsent(preemption.node(), preemption.closesAt());
                case Notice.Death death -> due.remove(death.node());
                case Notice.Withdrawal withdrawal -> due.remove(withdrawal.node());
                // A drained machine is nobody's to take; only whoever drains it knows when it ends.
                case Notice.Drain _, Notice.Advisory _, Notice.Canary _ -> {}
            }
        }
        while (due.size() > MOST) {
            due.remove(due.keySet().iterator().next());
        }
    }

    /// Asks for each machine that is due; to be called every few seconds.
    ///
    /// @return how many deaths were told
    public int look() {
        Instant now = clock.instant();
        int told = 0;
        for (NodeName node : dueAt(now)) {
            if (ended(node) && tell(node, now)) {
                told++;
            }
        }
        return told;
    }

    private synchronized List<NodeName> dueAt(Instant now) {
        due.values().removeIf(closesAt -> closesAt.plus(GIVEN_UP_AFTER).isBefore(now));
        return due.entrySet().stream()
                .filter(each -> !each.getValue().isAfter(now))
                .map(Map.Entry::getKey)
                .toList();
    }

    private boolean ended(NodeName node) {
        try {
            return proof.ended(node);
        } catch (RuntimeException unanswered) {
            tally.silent(source, "is " + node + " gone? " + unanswered.getMessage());
            return false;
        }
    }

    private boolean tell(NodeName node, Instant now) {
        Instant closedAt = closesAt(node);
        var id = NoticeId.of(source, "proof-of-death", node.value(), closedAt.toString());
        var letter = new Letter(source, "proof of death", now, Payload.EMPTY);
        var outcome = listener.accept(letter, List.of(new Reading.Understood(new Notice.Death(id, node, source, now))));
        boolean kept = !outcome.contains(Outcome.REFUSED);
        if (kept) {
            forget(node);
        }
        return kept;
    }

    private synchronized Instant closesAt(NodeName node) {
        return due.getOrDefault(node, Instant.EPOCH);
    }

    private synchronized void forget(NodeName node) {
        due.remove(node);
    }
}
