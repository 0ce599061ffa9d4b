package dev.lifeboat.edge.kubernetes;

import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a node's object announces right now: a pure function of the object, so that a missed change costs nothing.
final class NodeSignals {
    static final String SOURCE = "kubernetes";

    /// Karpenter's own deadline for the node's end, RFC 3339.
    static final String KARPENTER_DEADLINE = "karpenter.sh/nodeclaim-termination-timestamp";

    /// Kubernetes writes years with four digits.
    private static final Instant END_OF_TIME = Instant.parse("9999-12-31T00:00:00Z");

    private NodeSignals() {}

    /// The node's name; empty when it is none that a node can have.
    static Optional<NodeName> name(Node node) {
        return node.getMetadata() == null
                ? Optional.empty()
                : name(node.getMetadata().getName());
    }

    private static Optional<NodeName> name(@Nullable String name) {
        try {
            return name == null ? Optional.empty() : Optional.of(new NodeName(name));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// Every signal that the node carries, as a notice. Never throws for a node that has a [#name].
    static List<Notice> standing(Node node, Instant now) {
        var notices = new ArrayList<Notice>();
        for (DrainSignal signal : DrainSignal.values()) {
            since(signal, node).ifPresent(since -> notices.add(notice(signal, node, since, now)));
        }
        return notices;
    }

    /// What the end of one pod announces for its node; empty for nothing, and where the pod names none.
    ///
    /// @param cordoned whether its node takes no new pods
    static Optional<Notice> standing(Pod pod, boolean cordoned, Instant now) {
        Optional<PodDisruption> disruption = PodDisruption.of(pod);
        Optional<NodeName> on =
                pod.getSpec() == null ? Optional.empty() : name(pod.getSpec().getNodeName());
        if (disruption.isEmpty() || on.isEmpty() || pod.getMetadata() == null) {
            return Optional.empty();
        }
        NodeName node = on.get();
        String uid = text(pod.getMetadata().getUid());
        var id = NoticeId.of(SOURCE, "pod", disruption.get().name(), node.value(), uid);
        Instant closesAt = neighboursEnd(disruption.get(), pod).orElseGet(() -> now.plus(DrainSignal.DRAIN.grace()));
        return switch (disruption.get().meaning()) {
            case DRAIN -> Optional.of(new Notice.Drain(id, node, SOURCE, now, left(closesAt, now)));
            case DRAIN_IF_CORDONED ->
                Optional.of(
                        cordoned
                                ? new Notice.Drain(id, node, SOURCE, now, left(closesAt, now))
                                : new Notice.Advisory(id, node, SOURCE, now));
            case ADVISORY -> Optional.of(new Notice.Advisory(id, node, SOURCE, now));
            case NOTHING -> Optional.empty();
        };
    }

    /// A taint ends all pods at one time: its last moment is theirs. An eviction ends one alone. Nor does
    /// a pod tell that is given less than its own grace, as agents do with one that they have saved.
    private static Optional<Instant> neighboursEnd(PodDisruption disruption, Pod pod) {
        Long given = pod.getMetadata().getDeletionGracePeriodSeconds();
        Long own = pod.getSpec().getTerminationGracePeriodSeconds();
        boolean shortened = given != null && own != null && given < own;
        return disruption == PodDisruption.TAINT && !shortened
                ? time(text(pod.getMetadata().getDeletionTimestamp()))
                : Optional.empty();
    }

    /// What of an earlier listener's words the node's object would still show if it held.
    ///
    /// Not what was said before the object was made, which was another machine's; and not a drain whose time is not
    /// over while the node takes no pods: an evicted pod may have told of it, and pods go.
    static List<Notice> expected(Node node, List<Notice> said, Instant now) {
        Instant made = time(text(node.getMetadata().getCreationTimestamp())).orElse(Instant.EPOCH);
        boolean emptied = cordoned(node) || evicting(node);
        return said.stream()
                .filter(notice -> notice.receivedAt().isAfter(made))
                .filter(notice -> !(emptied
                        && notice instanceof Notice.Drain drain
                        && drain.receivedAt().plus(drain.grace()).isAfter(now)))
                .toList();
    }

    static boolean cordoned(@Nullable Node node) {
        return node != null
                && node.getSpec() != null
                && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    /// Which drain evictions from the node belong to, whoever is asked, and however often: one for each time that the
    /// node was cordoned. Empty while it takes new pods.
    static Optional<NoticeId> drain(@Nullable Node node) {
        return cordoned(node)
                ? Optional.ofNullable(node)
                        .map(Node::getMetadata)
                        .map(metadata -> NoticeId.of(
                                SOURCE,
                                "eviction",
                                text(metadata.getName()),
                                text(metadata.getUid()),
                                present(metadata.getManagedFields())
                                        .filter(NodeSignals::cordons)
                                        .map(each -> text(each.getTime()))
                                        .findFirst()
                                        .orElse("")))
                : Optional.empty();
    }

    /// The API server keeps who set a field, and when; the taint of a cordon follows only later.
    private static boolean cordons(ManagedFieldsEntry entry) {
        return entry.getFieldsV1() != null
                && entry.getFieldsV1().getAdditionalProperties().get("f:spec") instanceof Map<?, ?> spec
                && spec.containsKey("f:unschedulable");
    }

    private static boolean evicting(Node node) {
        return present(node.getSpec() == null ? null : node.getSpec().getTaints())
                .anyMatch(taint -> "NoExecute".equals(taint.getEffect()));
    }

    /// When the node got the signal: empty when it has none, and the empty text when it does not say.
    private static Optional<String> since(DrainSignal signal, Node node) {
        return switch (signal.kind()) {
            case TAINT -> {
                List<Taint> taints =
                        node.getSpec() == null ? null : node.getSpec().getTaints();
                yield present(taints)
                        .filter(taint -> signal.key().equals(taint.getKey()))
                        .map(taint -> text(taint.getTimeAdded()))
                        .findFirst();
            }
            case CONDITION ->
                conditions(node)
                        .filter(condition -> signal.key().equals(condition.getType()))
                        .filter(condition -> "True".equals(condition.getStatus()))
                        .map(condition -> text(condition.getLastTransitionTime()))
                        .findFirst();
            case NOT_READY ->
                conditions(node)
                        .filter(condition -> "Ready".equals(condition.getType()))
                        .filter(condition -> !"True".equals(condition.getStatus()))
                        .filter(condition -> text(condition.getMessage()).contains(signal.key()))
                        .map(condition -> text(condition.getLastTransitionTime()))
                        .findFirst();
        };
    }

    private static Stream<NodeCondition> conditions(Node node) {
        return present(node.getStatus() == null ? null : node.getStatus().getConditions());
    }

    private static Notice notice(DrainSignal signal, Node node, String since, Instant now) {
        var name = new NodeName(node.getMetadata().getName());
        // A node of the same name may come again: its uid tells the two apart.
        String uid = text(node.getMetadata().getUid());
        Optional<Instant> named = deadline(signal, node);
        String mark = named.map(Instant::toString).orElse(since);
        var id = NoticeId.of(SOURCE, signal.name(), name.value(), uid, mark);
        Instant closesAt = named.orElseGet(() -> time(since).orElse(now).plus(signal.grace()));
        return switch (signal.effect()) {
            case DEATH -> new Notice.Death(id, name, SOURCE, now);
            case PREEMPTION -> new Notice.Preemption(id, name, SOURCE, now, closesAt, Action.TERMINATE);
            case ADVISORY -> new Notice.Advisory(id, name, SOURCE, now);
            case DRAIN -> new Notice.Drain(id, name, SOURCE, now, left(closesAt, now));
        };
    }

    private static Optional<Instant> deadline(DrainSignal signal, Node node) {
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        return signal == DrainSignal.KARPENTER && annotations != null
                ? time(text(annotations.get(KARPENTER_DEADLINE)))
                : Optional.empty();
    }

    private static Duration left(Instant closesAt, Instant now) {
        Duration left = Duration.between(now, closesAt);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /// The client takes `null` for a list, and in one.
    private static <T> Stream<T> present(@Nullable List<T> list) {
        return list == null ? Stream.empty() : list.stream().filter(Objects::nonNull);
    }

    /// A time that cannot be read, or be true, counts as not named: the signal itself still holds.
    private static Optional<Instant> time(String text) {
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(OffsetDateTime.parse(text).toInstant())
                            .filter(time -> time.isAfter(Instant.EPOCH) && time.isBefore(END_OF_TIME));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
