package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.edge.source.Announcements;
import dev.lifeboat.edge.source.Answer;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Tally;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.listener.Watch;
import dev.lifeboat.notice.NodeName;
import java.time.Instant;
import java.time.InstantSource;

/// Watches one path of a node's metadata. Each path has its own, polled by one thread.
public final class ImdsSource {
    private final Imds imds;
    private final ImdsPath path;
    private final NodeName node;
    private final InstantSource clock;
    private final Announcements announcements;

    public ImdsSource(
            Imds imds, ImdsPath path, NodeName node, Trust trust, Listener listener, Tally tally, InstantSource clock) {
        this.imds = imds;
        this.path = path;
        this.node = node;
        this.clock = clock;
        this.announcements = new Announcements(
                ImdsNotices.SOURCE, path.path(), trust, new Watch(path.looksUntilGone()), listener, tally);
    }

    /// Looks once and takes what is there to the listener.
    public void look() {
        Answer answer = imds.get(path.path());
        Instant now = clock.instant();
        switch (answer) {
            case Answer.Present present ->
                announcements.present(
                        present.body(), now, letter -> ImdsNotices.read(path, letter, present.contentType(), node));
            case Answer.Absent _ -> announcements.absent(now);
            case Answer.Unavailable unavailable -> announcements.unavailable(unavailable.why());
        }
    }
}
