package dev.lifeboat.edge.kubernetes.picture;

import dev.lifeboat.edge.kubernetes.picture.ClusterPicture.Setting;
import dev.lifeboat.edge.kubernetes.picture.Happening.On;
import dev.lifeboat.workload.WorkloadId;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Tells what happens as events of the cluster. A courtesy: what cannot be told in time is dropped and counted, nothing
/// waits for it, and nothing is told twice after a restart. The same thing of the same object within six minutes is
/// one event whose series counts, as client-go's recorders do.
final class Herald implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Herald.class);

    /// What waits, and what is remembered of what was told, each.
    private static final int MOST = 1_000;

    /// The object that an event is about is made by another thread; until then it has no uid.
    private static final Duration DELAY = Duration.ofSeconds(1);

    /// `finishTime` in client-go's tools/events/event_broadcaster.go.
    private static final Duration SERIES = Duration.ofMinutes(6);

    private static final String CONTROLLER = "lifeboat.dev/orchestrator";

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final KubernetesClient client;
    private final Hangings hangings;
    private final Consumer<Outcome> tally;
    private final Turns turns;
    private final String instance;
    private final Map<Key, Waiting> waiting = new LinkedHashMap<>();
    private final Map<Key, Told> told = new Remembered<>();
    private final Map<WorkloadId, Involved> pods = new Remembered<>();
    private final Thread thread;

    /// What makes two events one.
    ///
    /// @param subject what the kind alone does not name: the workload or the evacuation
    private record Key(Happening what, On on, String subject) {}

    private record Waiting(News news, int count, Instant last) {}

    private record Told(String namespace, String name, int count, Instant at) {}

    /// A pod and what controls it.
    private record Involved(ObjectReference pod, @Nullable ObjectReference owner) {}

    private static final class Remembered<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > MOST;
        }
    }

    Herald(KubernetesClient client, Hangings hangings, Setting setting) {
        this.client = client;
        this.hangings = hangings;
        this.tally = setting.tally();
        turns = new Turns(setting.requestsPerSecond() / 2.0);
        instance = Optional.ofNullable(System.getenv("HOSTNAME"))
                .filter(name -> !name.isBlank())
                .orElse("orchestrator");
        thread = Thread.ofPlatform().name("herald").daemon().start(this::run);
    }

    @Override
    public void close() {
        turns.end();
        thread.interrupt();
    }

    void tell(Optional<News> some) {
        some.ifPresent(news -> news.what().on().forEach(on -> add(key(news, on), news)));
    }

    private static Key key(News news, On on) {
        return new Key(
                news.what(),
                on,
                switch (on) {
                    case NODE -> news.node().value();
                    case POD, EVACUATION -> String.valueOf(news.evacuation());
                    // All pods of one owner are told of together; which owner that is, only its pods know.
                    case OWNER -> String.valueOf(news.workload());
                });
    }

    private void add(Key key, News news) {
        synchronized (waiting) {
            Waiting before = waiting.get(key);
            if (before == null && waiting.size() >= MOST) {
                var eldest = waiting.entrySet().iterator();
                eldest.next();
                eldest.remove();
                tally.accept(Outcome.EVENT_DROPPED);
            }
            waiting.put(key, new Waiting(news, before == null ? 1 : before.count() + 1, news.at()));
        }
    }

    private void run() {
        try {
            while (!turns.rest(DELAY)) {
                for (Map.Entry<Key, Waiting> each : take()) {
                    send(each.getKey(), each.getValue());
                }
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private List<Map.Entry<Key, Waiting>> take() throws InterruptedException {
        List<Map.Entry<Key, Waiting>> taken;
        synchronized (waiting) {
            taken = new ArrayList<>(waiting.entrySet().stream()
                    .map(each -> Map.entry(each.getKey(), each.getValue()))
                    .toList());
            waiting.clear();
        }
        if (!taken.isEmpty()) {
            var _ = turns.rest(DELAY);
        }
        return taken;
    }

    private void send(Key key, Waiting what) throws InterruptedException {
        try {
            Optional<ObjectReference> regarding = regarding(key.on(), what.news());
            if (regarding.isPresent()) {
                Key whole = key.on() == On.OWNER
                        ? new Key(
                                key.what(),
                                key.on(),
                                String.valueOf(regarding.get().getUid()))
                        : key;
                send(whole, what, regarding.get());
            }
            turns.answered();
        } catch (KubernetesClientException e) {
            tally.accept(Outcome.EVENT_DROPPED);
            LOG.warnf("event not told reason=%s why=%s", key.what(), e.getMessage());
            if (!Refused.forGood(e)) {
                turns.unanswered();
            }
        }
    }

    private void send(Key key, Waiting what, ObjectReference regarding) throws InterruptedException {
        Told before = told.get(key);
        if (before != null && before.at().plus(SERIES).isAfter(what.last())) {
            more(key, what, before);
        } else {
            first(key, what, regarding);
        }
    }

    private void first(Key key, Waiting what, ObjectReference regarding) throws InterruptedException {
        News news = what.news();
        String namespace = regarding.getNamespace() == null ? "default" : regarding.getNamespace();
        String name = name(regarding, key, news.at());
        var event = new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(news.at())))
                .withReportingController(CONTROLLER)
                .withReportingInstance(instance)
                .withAction("Evacuate")
                .withReason(news.what().name())
                .withType(news.what().type().name())
                .withNote(news.note())
                .withRegarding(regarding);
        if (key.on() != On.EVACUATION) {
            evacuation(news).ifPresent(event::withRelated);
        }
        if (what.count() > 1) {
            event.withNewSeries()
                    .withCount(what.count())
                    .withLastObservedTime(new MicroTime(MICROS.format(what.last())))
                    .endSeries();
        }
        turn();
        client.resource(event.build()).create();
        told.put(key, new Told(namespace, name, what.count(), what.last()));
    }

    private void more(Key key, Waiting what, Told before) throws InterruptedException {
        int count = before.count() + what.count();
        turn();
        client.events()
                .v1()
                .events()
                .inNamespace(before.namespace())
                .withName(before.name())
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"series\":{\"count\":%d,\"lastObservedTime\":\"%s\"}}"
                                .formatted(count, MICROS.format(what.last())));
        told.put(key, new Told(before.namespace(), before.name(), count, what.last()));
    }

    private Optional<ObjectReference> regarding(On on, News news) throws InterruptedException {
        return switch (on) {
            // Kubelets, too, give the name for the uid; kubectl looks for both.
            case NODE ->
                Optional.of(reference(
                        "v1", "Node", null, news.node().value(), news.node().value()));
            case POD -> involved(news).map(Involved::pod);
            case OWNER -> involved(news).flatMap(found -> Optional.ofNullable(found.owner()));
            case EVACUATION -> evacuation(news);
        };
    }

    /// Remembered: the pod is deleted once it is saved, and its owner is to hear the rest.
    private Optional<Involved> involved(News news) throws InterruptedException {
        WorkloadId workload = news.workload();
        if (workload == null) {
            return Optional.empty();
        }
        Involved known = pods.get(workload);
        if (known == null) {
            turn();
            var pod = client.pods()
                    .inNamespace(workload.namespace())
                    .withName(workload.name())
                    .get();
            if (pod == null) {
                return Optional.empty();
            }
            known = new Involved(reference("v1", pod), owner(pod));
            pods.put(workload, known);
        }
        return Optional.of(known);
    }

    private @Nullable ObjectReference owner(HasMetadata object) throws InterruptedException {
        String namespace = object.getMetadata().getNamespace();
        OwnerReference controller = controller(object);
        if (controller == null) {
            return null;
        }
        if (controller.getKind().equals("ReplicaSet")) {
            turn();
            var set = client.apps()
                    .replicaSets()
                    .inNamespace(namespace)
                    .withName(controller.getName())
                    .get();
            OwnerReference above = set == null ? null : controller(set);
            controller = above == null ? controller : above;
        }
        return reference(
                controller.getApiVersion(), controller.getKind(), namespace, controller.getName(), controller.getUid());
    }

    private static @Nullable OwnerReference controller(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst()
                .orElse(null);
    }

    private Optional<ObjectReference> evacuation(News news) {
        Name name = news.evacuation();
        GenericKubernetesResource object = name == null ? null : hangings.get(name);
        return object == null ? Optional.empty() : Optional.of(reference(object.getApiVersion(), object));
    }

    private static ObjectReference reference(String apiVersion, HasMetadata object) {
        return reference(
                apiVersion,
                object.getKind(),
                object.getMetadata().getNamespace(),
                object.getMetadata().getName(),
                object.getMetadata().getUid());
    }

    private static ObjectReference reference(
            String apiVersion, String kind, @Nullable String namespace, String name, String uid) {
        return new ObjectReferenceBuilder()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withNamespace(namespace)
                .withName(name)
                .withUid(uid)
                .build();
    }

    /// The same from every process, so that nothing is told twice.
    private static String name(ObjectReference regarding, Key key, Instant at) {
        String seed = regarding.getUid() + key + at;
        String cut = regarding
                .getName()
                .substring(0, Math.min(200, regarding.getName().length()));
        return cut + "."
                + UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .substring(0, 13);
    }

    private void turn() throws InterruptedException {
        if (!turns.await()) {
            throw new InterruptedException("closed");
        }
    }
}
