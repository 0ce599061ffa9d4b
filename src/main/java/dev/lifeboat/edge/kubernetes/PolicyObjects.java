package dev.lifeboat.edge.kubernetes;

import dev.lifeboat.edge.kubernetes.resource.Condition;
import dev.lifeboat.edge.kubernetes.resource.PolicyStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The policies that a cluster holds as objects: handed on, all of them, whenever one changes; what becomes
/// of each goes into its status. Needs the rights to list and watch both kinds and to patch their status.
///
/// One thread reads and writes; however many changes come while it is busy are one.
public final class PolicyObjects implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PolicyObjects.class);
    private static final List<ResourceDefinitionContext> KINDS = List.of(
            kind("ClusterEvacuationPolicy", "clusterevacuationpolicies", false),
            kind("EvacuationPolicy", "evacuationpolicies", true));

    private static final long NO_RESYNC = 0;

    /// Owns the status, and takes it from whoever wrote there.
    private static final PatchContext AS_OURS = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("lifeboat-orchestrator")
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final InstantSource clock;
    private final Function<List<Written>, Map<Written, Told>> reader;
    private final BlockingQueue<Boolean> changes = new ArrayBlockingQueue<>(1);
    private final List<SharedIndexInformer<GenericKubernetesResource>> informers = new ArrayList<>();
    private final Thread thread;

    /// A policy as its author wrote it.
    ///
    /// @param place such as `evacuationpolicies/shop/cart-redis`
    /// @param text JSON, which is YAML, without what the cluster added
    public record Written(String place, String text) {}

    /// What is to be told of it.
    public record Told(PolicyStatus status, List<Condition> conditions) {
        public Told {
            conditions = List.copyOf(conditions);
        }
    }

    /// Starts to watch at once; has handed on what is there when it returns. An API server that does not answer within
    /// `patience` is asked on and on behind our back: nobody's plans wait for it.
    ///
    /// @param reader called with every policy of the cluster; what it leaves out is told nothing
    public PolicyObjects(
            KubernetesClient client,
            InstantSource clock,
            Duration patience,
            Function<List<Written>, Map<Written, Told>> reader) {
        this.client = client;
        this.clock = clock;
        this.reader = reader;
        var handler = new Changes();
        var read = new ArrayList<CompletableFuture<Void>>();
        for (ResourceDefinitionContext kind : KINDS) {
            var informer = client.genericKubernetesResources(kind)
                    .inAnyNamespace()
                    .runnableInformer(NO_RESYNC)
                    .exceptionHandler((_, _) -> true)
                    .addEventHandler(handler);
            informers.add(informer);
            read.add(informer.start().toCompletableFuture());
        }
        await(read, patience);
        read();
        thread = Thread.ofPlatform().name("policies").daemon().start(this::run);
    }

    @Override
    public void close() {
        thread.interrupt();
        informers.forEach(SharedIndexInformer::close);
    }

    private static void await(List<CompletableFuture<Void>> read, Duration patience) {
        try {
            CompletableFuture.allOf(read.toArray(CompletableFuture[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("the API server does not answer: the cluster's policies hold once it does");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the cluster's policies cannot be watched", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                changes.take();
                read();
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void read() {
        var objects = new LinkedHashMap<Written, GenericKubernetesResource>();
        for (var informer : informers) {
            informer.getStore().list().forEach(object -> objects.put(written(object), object));
        }
        reader.apply(List.copyOf(objects.keySet())).forEach((written, told) -> {
            GenericKubernetesResource object = objects.get(written);
            if (object != null) {
                tell(object, told);
            }
        });
    }

    private static Written written(GenericKubernetesResource object) {
        ObjectMeta metadata = object.getMetadata();
        var name = new LinkedHashMap<String, Object>();
        name.put("name", metadata.getName());
        if (metadata.getNamespace() != null) {
            name.put("namespace", metadata.getNamespace());
        }
        name.put("creationTimestamp", metadata.getCreationTimestamp());
        var text = new LinkedHashMap<String, Object>();
        text.put("apiVersion", object.getApiVersion());
        text.put("kind", object.getKind());
        text.put("metadata", name);
        text.put("spec", object.get("spec"));
        String namespace = metadata.getNamespace() == null ? "" : metadata.getNamespace() + "/";
        return new Written(
                context(object).getPlural() + "/" + namespace + metadata.getName(), Serialization.asJson(text));
    }

    /// The status as it is to be. Writing what is there already would only wake everybody who watches.
    private void tell(GenericKubernetesResource object, Told told) {
        Map<String, Object> standing = standing(object);
        var conditions = told.conditions().stream()
                .map(condition -> condition(condition, object, standing))
                .toList();
        var status = new LinkedHashMap<String, Object>();
        status.put("observedGeneration", object.getMetadata().getGeneration());
        status.put("findings", told.status().findings());
        status.put("conditions", conditions);
        if (Serialization.asJson(status).equals(Serialization.asJson(ordered(standing)))) {
            return;
        }
        var name = new LinkedHashMap<String, Object>();
        name.put("name", object.getMetadata().getName());
        name.put("namespace", object.getMetadata().getNamespace());
        var patch = new LinkedHashMap<String, Object>();
        patch.put("apiVersion", object.getApiVersion());
        patch.put("kind", object.getKind());
        patch.put("metadata", name);
        patch.put("status", status);
        var kind = client.genericKubernetesResources(context(object));
        var named = object.getMetadata().getNamespace() == null
                ? kind.withName(object.getMetadata().getName())
                : kind.inNamespace(object.getMetadata().getNamespace())
                        .withName(object.getMetadata().getName());
        try {
            named.subresource("status").patch(AS_OURS, Serialization.asJson(patch));
        } catch (KubernetesClientException e) {
            // Gone, or the API server is: the policy counts all the same, and the next change tells it again.
            LOG.warnf("status of a policy not written object=%s why=%s", name, e.getMessage());
        }
    }

    private Map<String, Object> condition(
            Condition condition, GenericKubernetesResource object, Map<String, Object> standing) {
        var written = new LinkedHashMap<String, Object>();
        written.put("type", condition.type().name());
        written.put("status", condition.status().name());
        written.put("reason", condition.reason().name());
        written.put("message", condition.message());
        written.put("observedGeneration", object.getMetadata().getGeneration());
        written.put("lastTransitionTime", since(condition, standing));
        return written;
    }

    /// When it became what it is: kept while the status stays.
    private String since(Condition condition, Map<String, Object> standing) {
        if (standing.get("conditions") instanceof List<?> conditions) {
            for (Object each : conditions) {
                if (each instanceof Map<?, ?> known
                        && condition.type().name().equals(known.get("type"))
                        && condition.status().name().equals(known.get("status"))
                        && known.get("lastTransitionTime") instanceof String since) {
                    return since;
                }
            }
        }
        return Instant.ofEpochSecond(clock.instant().getEpochSecond()).toString();
    }

    private static Map<String, Object> standing(GenericKubernetesResource object) {
        var standing = new LinkedHashMap<String, Object>();
        if (object.get("status") instanceof Map<?, ?> status) {
            status.forEach((key, value) -> standing.put(String.valueOf(key), value));
        }
        return standing;
    }

    /// The API server answers with keys in its own order.
    private static Map<String, Object> ordered(Map<String, Object> standing) {
        var ordered = new LinkedHashMap<String, Object>();
        for (String key : List.of("observedGeneration", "findings", "conditions")) {
            ordered.put(key, reordered(standing.get(key)));
        }
        return ordered;
    }

    private static @Nullable Object reordered(@Nullable Object value) {
        if (!(value instanceof List<?> list)) {
            return value;
        }
        var ordered = new ArrayList<Object>();
        for (Object each : list) {
            var known = (Map<?, ?>) each;
            var item = new LinkedHashMap<String, Object>();
            for (String key : List.of(
                    "code",
                    "path",
                    "type",
                    "status",
                    "reason",
                    "message",
                    "observedGeneration",
                    "lastTransitionTime")) {
                if (known.containsKey(key)) {
                    item.put(key, known.get(key));
                }
            }
            ordered.add(item);
        }
        return ordered;
    }

    private static ResourceDefinitionContext context(GenericKubernetesResource object) {
        return KINDS.stream()
                .filter(kind -> kind.getKind().equals(object.getKind()))
                .findFirst()
                .orElseThrow();
    }

    private static ResourceDefinitionContext kind(String kind, String plural, boolean namespaced) {
        return new ResourceDefinitionContext.Builder()
                .withGroup("lifeboat.dev")
                .withVersion("v1alpha1")
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(namespaced)
                .build();
    }

    /// Called by the informers' threads.
    private final class Changes implements ResourceEventHandler<GenericKubernetesResource> {
        @Override
        public void onAdd(GenericKubernetesResource object) {
            var _ = changes.offer(true);
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
            var _ = changes.offer(true);
        }

        @Override
        public void onDelete(GenericKubernetesResource object, boolean finalStateUnknown) {
            var _ = changes.offer(true);
        }
    }
}
