package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.edge.source.Answer;
import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.listener.Tally;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.listener.Watch;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Watches one path of a node's metadata. Each path has its own, polled by one thread.
public final class ImdsSource {
    private final Imds imds;
    private final ImdsPath path;
    private final NodeName node;
    private final Trust trust;
    private final Listener listener;
    private final Tally tally;
    private final InstantSource clock;
    private final Watch watch;

    public ImdsSource(
            Imds imds, ImdsPath path, NodeName node, Trust trust, Listener listener, Tally tally, InstantSource clock) {
        this.imds = imds;
        this.path = path;
        this.node = node;
        this.trust = trust;
        this.listener = listener;
        this.tally = tally;
        this.clock = clock;
        this.watch = new Watch(path.looksUntilGone());
    }

    /// Looks once and takes what is there to the listener.
    public void look() throws InterruptedException {
        Answer answer = imds.get(path.path());
        Instant now = clock.instant();
        switch (answer) {
            case Answer.Present present -> {
                tally.heard(ImdsNotices.SOURCE, now);
                said(letter(present.body(), now), present);
            }
            case Answer.Absent _ -> {
                tally.heard(ImdsNotices.SOURCE, now);
                tell(letter(Payload.EMPTY, now), List.of(), List.of());
            }
            case Answer.Unavailable unavailable -> tally.silent(ImdsNotices.SOURCE, unavailable.why());
        }
    }

    private void said(Letter letter, Answer.Present present) {
        var standing = new ArrayList<Notice>();
        var others = new ArrayList<Reading>();
        boolean readable = true;
        for (Reading reading : ImdsNotices.read(path, letter, present, node)) {
            switch (reading) {
                case Reading.Understood(Notice.Withdrawal withdrawal) -> others.add(new Reading.Understood(withdrawal));
                case Reading.Understood(Notice notice) -> standing.add(trust.limit(notice));
                case Reading.Unreadable unreadable -> {
                    others.add(unreadable);
                    readable = false;
                }
                case Reading.Quiet _, Reading.Foreign _ -> {}
            }
        }
        if (readable) {
            tell(letter, standing, others);
        } else {
            listener.accept(letter, others);
        }
    }

    private void tell(Letter letter, List<Notice> standing, List<Reading> others) {
        var readings = new ArrayList<>(others);
        for (Notice notice : watch.saw(standing, letter.receivedAt())) {
            readings.add(new Reading.Understood(notice));
        }
        if (!readings.isEmpty()) {
            listener.accept(letter, readings);
        }
    }

    private Letter letter(Payload body, Instant now) {
        return new Letter(ImdsNotices.SOURCE, path.path(), now, body);
    }
}
