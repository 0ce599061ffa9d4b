package dev.lifeboat.edge.kubernetes;

import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Rejection;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// A node's or pod's object, as an API server shows it to whoever watches, and what it announces.
public final class Watched {
    /// Objects that the watch of nodes shows.
    public static final String NODES = "nodes";

    /// Those that the watch of pods shows, of a node that takes no new ones.
    public static final String PODS_OF_CORDONED = "pods of a cordoned node";

    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    private Watched() {}

    /// What a client cannot make an object of never comes as far as us.
    public static List<Reading> read(Letter letter) {
        Optional<List<Reading>> readings = letter.about().equals(NODES)
                ? object(letter, Node.class).map(node -> readings(node, letter))
                : object(letter, Pod.class).map(pod -> readings(pod, letter));
        return readings.orElseGet(() -> List.of(new Reading.Unreadable(Rejection.NOT_JSON, "no such object")));
    }

    private static <T extends HasMetadata> Optional<T> object(Letter letter, Class<T> type) {
        try {
            return Optional.ofNullable(
                    JSON.unmarshal(new ByteArrayInputStream(letter.body().bytes()), type));
        } catch (RuntimeException _) {
            return Optional.empty();
        }
    }

    private static List<Reading> readings(Node node, Letter letter) {
        return NodeSignals.name(node).isEmpty()
                ? List.of(new Reading.Unreadable(Rejection.BAD_NODE, "no name"))
                : understood(NodeSignals.standing(node, letter.receivedAt()));
    }

    private static List<Reading> readings(Pod pod, Letter letter) {
        boolean cordoned = letter.about().equals(PODS_OF_CORDONED);
        return understood(NodeSignals.standing(pod, cordoned, letter.receivedAt()).stream()
                .toList());
    }

    private static List<Reading> understood(Collection<Notice> notices) {
        return notices.stream().<Reading>map(Reading.Understood::new).toList();
    }
}
