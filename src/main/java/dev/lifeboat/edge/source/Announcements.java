package dev.lifeboat.edge.source;

import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.listener.Tally;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.listener.Watch;
import dev.lifeboat.notice.Notice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Takes what one pollable thing announces to the listener, look by look, withdrawals included. Belongs to the one
/// thread that looks. What an earlier life saw and the first looks do not show is withdrawn.
public final class Announcements {
    private final String source;
    private final String about;
    private final Trust trust;
    private final Watch watch;
    private final Listener listener;
    private final Tally tally;
    private List<Notice> noted;

    /// @param about what is looked at, for dead letters
    public Announcements(String source, String about, Trust trust, Watch watch, Listener listener, Tally tally) {
        this.source = source;
        this.about = about;
        this.trust = trust;
        this.watch = watch;
        this.listener = listener;
        this.tally = tally;
        this.noted = listener.notebook().announced(source, about);
        watch.recall(noted);
    }

    /// How a source reads a letter.
    public interface Parser {
        List<Reading> read(Letter letter);
    }

    /// It announces something, or says in so many words that there is nothing.
    public void present(Payload body, Instant now, Parser parser) {
        tally.heard(source, now);
        var letter = new Letter(source, about, now, body);
        var standing = new ArrayList<Notice>();
        var others = new ArrayList<Reading>();
        for (Reading reading : parser.read(letter)) {
            switch (reading) {
                case Reading.Understood(Notice.Withdrawal withdrawal) -> others.add(new Reading.Understood(withdrawal));
                case Reading.Understood(Notice notice) -> standing.add(trust.limit(notice));
                case Reading.Unreadable unreadable -> others.add(unreadable);
                case Reading.Quiet _, Reading.Foreign _ -> {}
            }
        }
        if (others.stream().anyMatch(Reading.Unreadable.class::isInstance)) {
            // What could not be read may be what stood there before: nothing is withdrawn on that account.
            standing.forEach(notice -> others.add(new Reading.Understood(notice)));
            listener.accept(letter, others);
            return;
        }
        tell(letter, standing, others);
    }

    /// It says that there is nothing.
    public void absent(Instant now) {
        tally.heard(source, now);
        tell(new Letter(source, about, now, Payload.EMPTY), List.of(), List.of());
    }

    /// It says nothing.
    public void unavailable(String why) {
        tally.silent(source, why);
    }

    private void tell(Letter letter, List<Notice> standing, List<Reading> others) {
        var readings = new ArrayList<>(others);
        for (Notice notice : watch.saw(standing, letter.receivedAt())) {
            readings.add(new Reading.Understood(notice));
        }
        if (!readings.isEmpty()) {
            listener.accept(letter, readings);
        }
        note();
    }

    /// Only once the log or the spool has it: what is not noted is merely said again.
    private void note() {
        List<Notice> announced = watch.announced();
        if (!announced.equals(noted)) {
            listener.notebook().note(source, about, announced);
            noted = announced;
        }
    }
}
