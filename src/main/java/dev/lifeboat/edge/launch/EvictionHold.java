package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kubernetes.Admission;
import dev.lifeboat.edge.kubernetes.Admission.Answer;
import dev.lifeboat.edge.kubernetes.Admission.Refusal;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Departures;
import dev.lifeboat.orchestrator.Departures.Departure;
import dev.lifeboat.orchestrator.Departures.Standing;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Keeps a pod of a node that is being emptied from being evicted until it has been saved, and says that the node is
/// being emptied: nothing but the evictions tells a drain from a mere cordon. Bounded: no drain waits for ever for us.
final class EvictionHold implements Admission.Evictions {
    /// A notice becomes a migration within a second; an orchestrator that is being restarted takes some more.
    private static final Duration UNTIL_BEGUN = Duration.ofSeconds(30);

    /// The longest window that a drain has, and then some.
    private static final Duration UNTIL_DONE = Duration.ofMinutes(12);

    /// kubectl's rest between two tries of an eviction is 5 s; others' is longer.
    private static final Duration LATE_TRY = Duration.ofSeconds(30);

    /// Pods that are asked about at a time; the oldest is forgotten, and is then asked about as if for the first time.
    private static final int MOST = 10_000;

    private final Drains drains;
    private final Departures departures;
    private final InstantSource clock;
    private final Map<Leaving, Instant> firstAsked = new LinkedHashMap<>();

    /// Port: the cluster's side of it.
    interface Drains {
        /// The pod's uid when it asked to be taken along and its node takes no new pods; empty otherwise.
        Optional<Leaving> leaving(String namespace, String name);

        /// Says that the pod's node is being emptied.
        void say(Leaving leaving, Instant at);
    }

    /// @param uid of the pod
    /// @param drain the same for all pods of a node and for everybody who is asked, until it takes pods again
    record Leaving(String uid, String node, NoticeId drain) {}

    EvictionHold(Drains drains, Departures departures, InstantSource clock) {
        this.drains = drains;
        this.departures = departures;
        this.clock = clock;
    }

    @Override
    public Optional<Refusal> against(String namespace, String name) {
        Optional<Leaving> leaving = drains.leaving(namespace, name);
        Instant now = clock.instant();
        Optional<Departure> departure = departures.of(new WorkloadId(namespace, name));
        if (leaving.isEmpty()) {
            return departure.filter(known -> hasSuccessor(known, now)).map(_ -> gone(namespace, name));
        }
        Instant since = since(leaving.get(), now);
        Duration waited = Duration.between(since, now);
        boolean over = departure
                .map(known -> !known.standing().open() && known.since().isAfter(since))
                .orElse(false);
        boolean begun = departure.map(known -> known.standing().open()).orElse(false);
        boolean waits = !over && waited.compareTo(begun ? UNTIL_DONE : UNTIL_BEGUN) < 0;
        return waits
                ? Optional.of(new Refusal(
                        Answer.WAIT,
                        "Lifeboat saves " + namespace + "/" + name
                                + " before it goes; ask again, as kubectl drain does"))
                : Optional.empty();
    }

    /// Evictions name no uid: who asks again for a StatefulSet's pod would evict the one that took its place.
    private static boolean hasSuccessor(Departure departure, Instant now) {
        return departure.standing() == Standing.AWAITED
                || (departure.standing() == Standing.RESUMED
                        && now.isBefore(departure.since().plus(LATE_TRY)));
    }

    private static Refusal gone(String namespace, String name) {
        return new Refusal(
                Answer.GONE,
                namespace + "/" + name + " is gone from its node: this is the pod that goes on in its place");
    }

    /// Of a drain that could not be said nothing is remembered: the next question says it.
    private Instant since(Leaving leaving, Instant now) {
        boolean said;
        synchronized (firstAsked) {
            Instant before = firstAsked.get(leaving);
            if (before != null) {
                return before;
            }
            said = firstAsked.keySet().stream().anyMatch(known -> known.drain().equals(leaving.drain()));
        }
        if (!said) {
            drains.say(leaving, now);
        }
        synchronized (firstAsked) {
            firstAsked.putIfAbsent(leaving, now);
            Iterator<Leaving> oldest = firstAsked.keySet().iterator();
            if (firstAsked.size() > MOST) {
                oldest.next();
                oldest.remove();
            }
        }
        return now;
    }
}
