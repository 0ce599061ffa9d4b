package dev.lifeboat.edge.kubernetes.picture;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.Observer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jboss.logging.Logger;

/// Shows in the cluster what an orchestrator decides: NodeNotices, Evacuations and Checkpoints as the journals of its
/// partitions say they are, and events.
///
/// Who decides never waits for it: what is told moves a fold in memory, and one thread writes what has changed, each
/// object's newest state, as fast as it is allowed to. An API server that is away or slow makes the picture late, never
/// wrong: it is drawn anew from the journal when partitions are taken, and put back when somebody else changes it.
public final class ClusterPicture implements Observer, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ClusterPicture.class);

    /// Nobody reads faster; a save has about eight states, and its pages move it four times a second.
    private static final Duration REST = Duration.ofSeconds(1);

    /// How old the time that is left may be while nothing else is to be written.
    private static final Duration LOOK = Duration.ofSeconds(5);

    /// How long what was refused waits, and how many are tried again at a time.
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private static final int AT_A_TIME = 50;

    private final InstantSource clock;
    private final Setting setting;
    private final Backlog<Name> backlog = new Backlog<>(REST);

    /// What the API server would not have, and may have when a right is given or a namespace is made; whoever was tried
    /// last comes last. The writing thread's.
    private final Set<Name> refused = new LinkedHashSet<>();

    private final Turns turns;
    private final Hangings hangings;
    private final Herald herald;
    private final Thread thread;

    private Instant lookedAt = Instant.MIN;
    private Instant triedAgainAt = Instant.MIN;
    private volatile Term term;
    private volatile Picture coming;

    /// What is drawn, and for which partitions.
    private record Term(Picture picture, Set<Integer> partitions) {}

    /// How it is to be done.
    ///
    /// @param keep how long what is over is shown
    /// @param requestsPerSecond of this process to the API server; events may take half as many beside it
    /// @param partitions which one a node's records are in
    /// @param tally told what came of each object
    public record Setting(
            Duration keep, int requestsPerSecond, ToIntFunction<NodeName> partitions, Consumer<Outcome> tally) {
        public Setting {
            if (requestsPerSecond < 1) {
                throw new IllegalArgumentException(
                        "lifeboat.orchestrator.objects-per-second is 1 or more, not " + requestsPerSecond);
            }
        }
    }

    public ClusterPicture(KubernetesClient client, InstantSource clock, Setting setting) {
        this.clock = clock;
        this.setting = setting;
        term = new Term(new Picture(setting.keep()), Set.of());
        coming = new Picture(setting.keep());
        turns = new Turns(setting.requestsPerSecond());
        hangings = new Hangings(client, setting.partitions(), this::seen);
        herald = new Herald(client, hangings, setting);
        thread = Thread.ofPlatform().name("picture").daemon().start(this::run);
    }

    @Override
    public void close() {
        turns.end();
        herald.close();
        thread.interrupt();
        hangings.close();
    }

    /// Objects that are not what they are to be.
    public int behind() {
        return backlog.size();
    }

    @Override
    public void replayed(JournalEvent event) {
        var _ = coming.replay(event);
    }

    @Override
    public void took(Set<Integer> partitions, Collection<Migration> open) {
        var next = new Term(coming, Set.copyOf(partitions));
        coming = new Picture(setting.keep());
        var _ = next.picture().forget(clock.instant());
        term = next;
        next.picture().names().forEach(backlog::add);
        hangings.all().forEach(this::seen);
    }

    @Override
    public void gaveUp() {
        term = new Term(new Picture(setting.keep()), Set.of());
        coming = new Picture(setting.keep());
        backlog.clear();
    }

    @Override
    public void decided(Decided decided) {
        term.picture().replay(decided.event()).forEach(backlog::add);
        herald.tell(News.of(decided));
    }

    @Override
    public void progressed(Report.SaveProgress progress) {
        term.picture().progressed(progress).forEach(backlog::add);
    }

    @Override
    public void ordered(Order order) {}

    @Override
    public void echoed(Report.Echoed echoed, Instant heardAt) {}

    @Override
    public void deadLetter(String reason) {}

    /// Somebody changed it: perhaps we.
    private void seen(Name name) {
        Optional<Drawing> drawing = term.picture().draw(name);
        GenericKubernetesResource object = hangings.get(name);
        boolean asItShouldBe =
                drawing.isPresent() ? hangings.shows(drawing.get(), object) : object == null || !isOurs(object);
        if (!asItShouldBe) {
            backlog.add(name);
        }
    }

    private boolean isOurs(GenericKubernetesResource object) {
        return term.partitions().contains(hangings.partition(object));
    }

    private void run() {
        try {
            while (!turns.over()) {
                // Without having seen what is there, everything would be written again.
                Name next = hangings.seen() ? backlog.take(REST) : null;
                if (next != null) {
                    write(next);
                } else if (!turns.rest(hangings.seen() ? Duration.ZERO : REST)) {
                    calm();
                }
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void calm() {
        Instant now = clock.instant();
        if (lookedAt.plus(LOOK).isBefore(now)) {
            lookedAt = now;
            term.picture().forget(now).forEach(backlog::add);
            term.picture().look(now).forEach(backlog::add);
        }
        if (triedAgainAt.plus(AGAIN).isBefore(now)) {
            triedAgainAt = now;
            refused.stream().limit(AT_A_TIME).forEach(backlog::add);
        }
    }

    private void write(Name name) throws InterruptedException {
        try {
            Optional<Drawing> drawing = term.picture().draw(name);
            GenericKubernetesResource object = hangings.get(name);
            if (drawing.isPresent()) {
                if (!hangings.shows(drawing.get(), object)) {
                    hangings.write(drawing.get(), this::turn);
                    setting.tally().accept(Outcome.WRITTEN);
                }
            } else if (object != null && isOurs(object)) {
                hangings.remove(name, this::turn);
                setting.tally().accept(Outcome.REMOVED);
            }
            turns.answered();
            refused.remove(name);
        } catch (KubernetesClientException e) {
            failed(name, e);
        } catch (RuntimeException e) {
            // A bug; the others are to be shown all the same.
            setting.tally().accept(Outcome.REFUSED);
            LOG.errorf(e, "object could not be written object=%s", name);
        }
    }

    private void turn() throws InterruptedException {
        if (!turns.await()) {
            throw new InterruptedException("closed");
        }
    }

    private void failed(Name name, KubernetesClientException e) {
        if (Refused.forGood(e)) {
            setting.tally().accept(Outcome.REFUSED);
            boolean known = refused.remove(name);
            refused.add(name);
            if (!known) {
                LOG.warnf("the API server will not have it object=%s why=%s", name, e.getMessage());
            }
            return;
        }
        setting.tally().accept(Outcome.FAILED);
        LOG.warnf("not written, tried again object=%s why=%s", name, e.getMessage());
        turns.unanswered();
        backlog.add(name);
    }
}
