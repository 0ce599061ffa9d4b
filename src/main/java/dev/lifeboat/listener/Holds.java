package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Keeps clouds waiting while something is at risk, and tells them to go on once nothing is.
///
/// What the cloud holds is its own record: after a restart the source meets it again and opens it again.
/// Safe for several sources; [#turn] belongs to one loop.
public final class Holds {
    /// More instances than a group takes out at once; the next ones are met again once there is room.
    private static final int ROOM = 1_000;

    private final Evacuations evacuations;
    private final Duration longest;
    private final Tally tally;
    private final InstantSource clock;
    private final Map<String, Kept> kept = new LinkedHashMap<>();

    private record Kept(Hold hold, Instant openedAt, Instant beatDue) {}

    /// @param longest how long a cloud is kept waiting, whatever the journal says
    public Holds(Evacuations evacuations, Duration longest, Tally tally, InstantSource clock) {
        this.evacuations = evacuations;
        this.longest = longest;
        this.tally = tally;
        this.clock = clock;
    }

    /// Keeps it, or what is newly known of one that is kept.
    ///
    /// @return false when there is no room
    public synchronized boolean open(Hold hold) {
        Kept before = kept.get(hold.name());
        if (before != null) {
            kept.put(hold.name(), new Kept(hold, before.openedAt, before.beatDue));
            return true;
        }
        if (kept.size() >= ROOM) {
            step(hold, HoldStep.TURNED_AWAY);
            return false;
        }
        Instant now = clock.instant();
        kept.put(hold.name(), new Kept(hold, now, now.plus(hold.beat().orElse(Duration.ZERO))));
        step(hold, HoldStep.OPENED);
        return true;
    }

    /// The cloud took it back by itself.
    public synchronized void close(String name) {
        Kept gone = kept.remove(name);
        if (gone != null) {
            step(gone.hold, HoldStep.OVER);
        }
    }

    /// Asks the journal and tells the clouds; to be called about once a second.
    public void turn() {
        List<Kept> all = all();
        if (all.isEmpty()) {
            return;
        }
        List<Notice> notices = all.stream().map(one -> one.hold.notice()).toList();
        Map<NoticeId, Evacuation> standing = evacuations.of(notices);
        for (Kept one : all) {
            turn(one, standing.getOrDefault(one.hold.notice().id(), Evacuation.UNDECIDED), clock.instant());
        }
    }

    private void turn(Kept one, Evacuation evacuation, Instant now) {
        if (evacuation == Evacuation.SAFE) {
            answered(one, one.hold.release(), HoldStep.RELEASED, now);
        } else if (!now.isBefore(one.openedAt.plus(longest))) {
            one.hold.drop();
            forget(one, HoldStep.GIVEN_UP);
        } else if (one.hold.beat().isPresent() && !now.isBefore(one.beatDue)) {
            answered(one, one.hold.extend(), HoldStep.EXTENDED, now);
        }
    }

    private void answered(Kept one, Hold.Answer answer, HoldStep done, Instant now) {
        switch (answer) {
            case DONE -> {
                if (done == HoldStep.RELEASED) {
                    forget(one, done);
                } else {
                    beaten(one, now);
                }
            }
            case AGAIN -> step(one.hold, HoldStep.UNANSWERED);
            case OVER -> {
                one.hold.drop();
                forget(one, HoldStep.OVER);
            }
        }
    }

    private synchronized List<Kept> all() {
        return List.copyOf(kept.values());
    }

    private synchronized void forget(Kept one, HoldStep step) {
        kept.remove(one.hold.name());
        step(one.hold, step);
    }

    private synchronized void beaten(Kept one, Instant now) {
        Duration beat = one.hold.beat().orElse(Duration.ZERO);
        kept.computeIfPresent(one.hold.name(), (_, latest) -> new Kept(latest.hold, latest.openedAt, now.plus(beat)));
        step(one.hold, HoldStep.EXTENDED);
    }

    private void step(Hold hold, HoldStep step) {
        tally.held(hold.notice().source(), step);
    }
}
