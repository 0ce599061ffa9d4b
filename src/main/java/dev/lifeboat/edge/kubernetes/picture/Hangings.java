package dev.lifeboat.edge.kubernetes.picture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.notice.NodeName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// The objects that hang in the cluster: seen by watches, written one at a time.
final class Hangings implements AutoCloseable {
    private static final String PARTITION = "lifeboat.dev/partition";
    private static final String NODE = "lifeboat.dev/node";

    /// Of a label's value, by the API server.
    private static final int LONGEST_LABEL = 63;

    private static final long NO_RESYNC = 0;

    /// Owns what it writes, and takes it from whoever wrote there.
    private static final PatchContext AS_OURS = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("lifeboat")
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final ToIntFunction<NodeName> partitions;
    private final Map<Name.Kind, SharedIndexInformer<GenericKubernetesResource>> informers =
            new EnumMap<>(Name.Kind.class);

    /// Watches until it is closed, however long the API server is away.
    ///
    /// @param partitions whose owner draws a node
    /// @param changed told of everything that was added, changed or removed, by threads of the watches
    Hangings(KubernetesClient client, ToIntFunction<NodeName> partitions, Consumer<Name> changed) {
        this.client = client;
        this.partitions = partitions;
        for (Name.Kind kind : Name.Kind.values()) {
            var informer = client.genericKubernetesResources(kind.context())
                    .inAnyNamespace()
                    .runnableInformer(NO_RESYNC)
                    .exceptionHandler((_, _) -> true)
                    .addEventHandler(new Handler(kind, changed));
            informers.put(kind, informer);
        }
        for (var informer : informers.values()) {
            // It goes on trying for as long as it must.
            var _ = informer.start();
        }
    }

    /// Whether what is there has been read.
    boolean seen() {
        return informers.values().stream().allMatch(SharedIndexInformer::hasSynced);
    }

    @Override
    public void close() {
        informers.values().forEach(SharedIndexInformer::close);
    }

    /// Null when there is none.
    @Nullable
    GenericKubernetesResource get(Name name) {
        var informer = informers.get(name.kind());
        return informer == null ? null : informer.getStore().getByKey(name.key());
    }

    List<Name> all() {
        var names = new ArrayList<Name>();
        informers.forEach(
                (kind, informer) -> informer.getStore().list().forEach(object -> names.add(name(kind, object))));
        return names;
    }

    /// By its label; -1 for what no orchestrator has made.
    int partition(GenericKubernetesResource object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        String label = labels == null ? null : labels.get(PARTITION);
        return label != null && label.matches("[0-9]{1,4}") ? Integer.parseInt(label) : -1;
    }

    boolean shows(Drawing drawing, @Nullable GenericKubernetesResource object) {
        return object != null && ours(drawing, object) && drawing.is(Drawing.plain(object));
    }

    private boolean ours(Drawing drawing, GenericKubernetesResource object) {
        return partition(object) == partitions.applyAsInt(drawing.home());
    }

    /// As many requests as there is something to change, each in its turn.
    ///
    /// @param turn asked before each request
    void write(Drawing drawing, Turn turn) throws InterruptedException {
        GenericKubernetesResource object = get(drawing.name());
        if (object == null || !ours(drawing, object) || !drawing.hasSpec(Drawing.plain(object))) {
            turn.take();
            object = resource(drawing.name()).patch(AS_OURS, object(whole(drawing)));
            if (!drawing.hasSpec(Drawing.plain(object))) {
                object = replace(drawing.name(), "/spec", drawing.spec(), turn);
            }
        }
        if (!drawing.hasStatus(Drawing.plain(object))) {
            turn.take();
            object = resource(drawing.name()).subresource("status").patch(AS_OURS, object(status(drawing, object)));
            if (!drawing.hasStatus(Drawing.plain(object))) {
                // Somebody else's fields beside ours.
                turn.take();
                JsonNode status = drawing.status(object.getMetadata().getGeneration());
                resource(drawing.name())
                        .subresource("status")
                        .patch(PatchContext.of(PatchType.JSON), replacing("/status", status));
            }
        }
    }

    void remove(Name name, Turn turn) throws InterruptedException {
        turn.take();
        resource(name).delete();
    }

    /// Waits until a request may be sent.
    interface Turn {
        void take() throws InterruptedException;
    }

    private GenericKubernetesResource replace(Name name, String path, JsonNode value, Turn turn)
            throws InterruptedException {
        turn.take();
        return resource(name).patch(PatchContext.of(PatchType.JSON), replacing(path, value));
    }

    private static String replacing(String path, JsonNode value) {
        var operation = Drawing.node().put("op", "add").put("path", path);
        operation.set("value", value);
        return "[" + operation + "]";
    }

    private ObjectNode whole(Drawing drawing) {
        var patch = head(drawing.name());
        ObjectNode labels = patch.withObject("/metadata").putObject("labels");
        labels.put(PARTITION, Integer.toString(partitions.applyAsInt(drawing.home())));
        if (drawing.home().value().length() <= LONGEST_LABEL) {
            labels.put(NODE, drawing.home().value());
        }
        patch.set("spec", drawing.spec());
        return patch;
    }

    private static ObjectNode status(Drawing drawing, GenericKubernetesResource object) {
        var patch = head(drawing.name());
        patch.set("status", drawing.status(object.getMetadata().getGeneration()));
        return patch;
    }

    /// Of text the client would ask first whether the object is there.
    private static GenericKubernetesResource object(ObjectNode tree) {
        return Serialization.unmarshal(tree.toString(), GenericKubernetesResource.class);
    }

    private static ObjectNode head(Name name) {
        var patch = Drawing.node()
                .put("apiVersion", "lifeboat.dev/v1alpha1")
                .put("kind", name.kind().name());
        ObjectNode metadata = patch.putObject("metadata").put("name", name.name());
        if (!name.namespace().isEmpty()) {
            metadata.put("namespace", name.namespace());
        }
        return patch;
    }

    private Resource<GenericKubernetesResource> resource(Name name) {
        var kind = client.genericKubernetesResources(name.kind().context());
        return name.namespace().isEmpty()
                ? kind.withName(name.name())
                : kind.inNamespace(name.namespace()).withName(name.name());
    }

    private static Name name(Name.Kind kind, GenericKubernetesResource object) {
        ObjectMeta metadata = object.getMetadata();
        return new Name(kind, metadata.getNamespace() == null ? "" : metadata.getNamespace(), metadata.getName());
    }

    private record Handler(Name.Kind kind, Consumer<Name> changed)
            implements ResourceEventHandler<GenericKubernetesResource> {
        @Override
        public void onAdd(GenericKubernetesResource object) {
            changed.accept(name(kind, object));
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
            changed.accept(name(kind, object));
        }

        @Override
        public void onDelete(GenericKubernetesResource object, boolean finalStateUnknown) {
            changed.accept(name(kind, object));
        }
    }
}
