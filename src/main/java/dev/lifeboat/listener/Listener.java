package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Takes what sources read to the log, each notice once.
///
/// Keeps no state that matters: what it remembers only saves the log from repetitions, and is forgotten oldest first.
/// Safe for several sources at once.
public final class Listener {
    /// A node-local listener meets a handful of notices, a queue's listener those of some thousand nodes.
    private static final int REMEMBERED = 65_536;

    private final NoticeLog notices;
    private final DeadLetterLog deadLetters;
    private final Spool spool;
    private final Notebook notebook;
    private final Tally tally;
    private final InstantSource clock;
    private final Recent known = new Recent(REMEMBERED);
    private final Recent spooled = new Recent(REMEMBERED);
    private final Recent dead = new Recent(REMEMBERED);

    public Listener(NoticeLog notices, DeadLetterLog deadLetters, Spool spool, Tally tally, InstantSource clock) {
        this(notices, deadLetters, spool, Notebook.NONE, tally, clock);
    }

    public Listener(
            NoticeLog notices,
            DeadLetterLog deadLetters,
            Spool spool,
            Notebook notebook,
            Tally tally,
            InstantSource clock) {
        this.notebook = notebook;
        this.notices = notices;
        this.deadLetters = deadLetters;
        this.spool = spool;
        this.tally = tally;
        this.clock = clock;
    }

    /// Where sources keep what they saw announced.
    public Notebook notebook() {
        return notebook;
    }

    /// Takes one letter's readings; returns once their outcome is durable or refused.
    ///
    /// @return the outcomes in the order of the readings; the source may be told that we have the letter unless one
    ///     is `REFUSED` (nothing has it) or `SPOOLED` (only this machine has it)
    public List<Outcome> accept(Letter letter, List<Reading> readings) {
        var fresh = new LinkedHashMap<String, Notice>();
        var outcomes = new ArrayList<Outcome>();
        for (Reading reading : readings) {
            outcomes.add(
                    switch (reading) {
                        case Reading.Understood(Notice notice) -> sort(notice, fresh);
                        case Reading.Quiet _ -> Outcome.QUIET;
                        case Reading.Foreign _ -> Outcome.FOREIGN;
                        case Reading.Unreadable unreadable -> bury(letter, unreadable);
                    });
        }
        if (!fresh.isEmpty()) {
            Outcome fate = write(List.copyOf(fresh.values()));
            outcomes.replaceAll(outcome -> outcome == Outcome.ACCEPTED ? fate : outcome);
        }
        outcomes.forEach(outcome -> tally.counted(letter.source(), outcome));
        return outcomes;
    }

    /// Brings what the spool keeps to the log; to be called about once a second.
    ///
    /// @return how many notices went
    public int catchUp() {
        List<Notice> waiting = spool.waiting();
        if (waiting.isEmpty()) {
            return 0;
        }
        try {
            notices.append(waiting);
        } catch (LogUnreachable e) {
            return 0;
        }
        spool.release(waiting.size());
        waiting.forEach(this::remember);
        return waiting.size();
    }

    private Outcome sort(Notice notice, Map<String, Notice> fresh) {
        String key = notice.id().value();
        if (known.has(key) || fresh.putIfAbsent(key, notice) != null) {
            return Outcome.DUPLICATE;
        }
        if (spooled.has(key)) {
            fresh.remove(key);
            return Outcome.SPOOLED;
        }
        return Outcome.ACCEPTED;
    }

    private Outcome write(List<Notice> fresh) {
        try {
            notices.append(fresh);
        } catch (LogUnreachable e) {
            return keep(fresh);
        }
        Instant durable = clock.instant();
        for (Notice notice : fresh) {
            remember(notice);
            tally.lagged(notice, Duration.between(notice.receivedAt(), durable));
        }
        return Outcome.ACCEPTED;
    }

    /// The spool may hold it since before a restart of ours.
    private Outcome keep(List<Notice> fresh) {
        List<Notice> waiting = spool.waiting();
        var missing = fresh.stream().filter(notice -> !holds(waiting, notice)).toList();
        if (!missing.isEmpty() && !spool.keep(missing)) {
            return Outcome.REFUSED;
        }
        for (Notice notice : fresh) {
            forgetWithdrawn(notice, known);
            forgetWithdrawn(notice, spooled);
            spooled.add(notice.id().value());
        }
        return Outcome.SPOOLED;
    }

    /// Not what is taken back behind it: given again, that is kept again.
    private static boolean holds(List<Notice> waiting, Notice notice) {
        boolean holds = false;
        for (Notice kept : waiting) {
            holds |= kept.id().equals(notice.id());
            holds &= !(kept instanceof Notice.Withdrawal withdrawal
                    && withdrawal.withdrawn().equals(notice.id()));
        }
        return holds;
    }

    private static void forgetWithdrawn(Notice notice, Recent from) {
        if (notice instanceof Notice.Withdrawal withdrawal) {
            from.forget(withdrawal.withdrawn().value());
        }
    }

    private void remember(Notice notice) {
        forgetWithdrawn(notice, known);
        spooled.forget(notice.id().value());
        known.add(notice.id().value());
    }

    private Outcome bury(Letter letter, Reading.Unreadable unreadable) {
        DeadLetter deadLetter = DeadLetter.of(letter, unreadable);
        String key = letter.source() + ' ' + letter.about() + ' ' + unreadable.reason() + ' ' + deadLetter.digest();
        if (dead.has(key)) {
            return Outcome.DUPLICATE;
        }
        try {
            deadLetters.append(deadLetter);
        } catch (LogUnreachable e) {
            return Outcome.REFUSED;
        }
        dead.add(key);
        tally.rejected(letter.source(), unreadable.reason());
        return Outcome.DEAD_LETTERED;
    }
}
