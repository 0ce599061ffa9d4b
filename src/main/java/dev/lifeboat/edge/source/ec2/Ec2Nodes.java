package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.listener.Nodes;
import dev.lifeboat.listener.ProofOfDeath;
import dev.lifeboat.notice.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/// The account's instances that are nodes of ours, by EC2's own word. Also answers whether one is really dead.
///
/// Keeps what EC2 said last. An instance that is not in it makes us ask again, so that a node younger than the last
/// answer is not taken for a stranger; but not more often than [#PAUSE], so that a queue full of strangers does not
/// use up the account's rate limit.
public final class Ec2Nodes implements Nodes, ProofOfDeath {
    /// EC2 refills a describe call's bucket with some tokens a second for the whole account.
    static final Duration PAUSE = Duration.ofSeconds(10);

    private final Ec2Client ec2;
    private final String tagKey;
    private final InstantSource clock;
    private volatile Instant askedAt = Instant.MIN;
    private volatile Map<String, Node> known = Map.of();

    /// @param instance EC2's id
    /// @param providerId as Kubernetes has it, such as `aws:///eu-central-1a/i-0123456789abcdef0`
    /// @param lifecycle whether the cloud may take it at any time
    /// @param reservation the capacity reservation it runs in; empty without
    public record Node(
            String instance,
            NodeName name,
            String providerId,
            String zone,
            String type,
            Lifecycle lifecycle,
            String reservation) {}

    /// On what terms an instance runs.
    public enum Lifecycle {
        SPOT,
        ON_DEMAND
    }

    /// @param tagKey marks our instances, such as `kubernetes.io/cluster/prod`
    public Ec2Nodes(Ec2Client ec2, String tagKey, InstantSource clock) {
        this.ec2 = ec2;
        this.tagKey = tagKey;
        this.clock = clock;
    }

    @Override
    public Optional<NodeName> named(String machine) {
        return node(machine).map(Node::name);
    }

    @Override
    public List<NodeName> inReservation(String reservation) {
        return known.values().stream()
                .filter(node -> node.reservation.equals(reservation))
                .map(Node::name)
                .toList();
    }

    /// All that EC2 says of one of our instances; empty when it is not ours.
    public Optional<Node> node(String machine) {
        Node node = known.get(machine);
        if (node == null && !clock.instant().minus(PAUSE).isBefore(askedAt)) {
            refresh();
            node = known.get(machine);
        }
        return Optional.ofNullable(node);
    }

    /// Asks EC2 for all of our instances.
    public void refresh() {
        askedAt = clock.instant();
        Map<String, Node> before = known;
        var found = new HashMap<String, Node>();
        ec2
                .describeInstancesPaginator(request -> request.filters(
                        Filter.builder().name("tag-key").values(tagKey).build()))
                .reservations()
                .stream()
                .flatMap(reservation -> reservation.instances().stream())
                .forEach(instance -> node(instance, before).ifPresent(node -> found.put(node.instance, node)));
        known = Map.copyOf(found);
    }

    /// EC2 lists an instance that has ended without its name.
    @Override
    public boolean meet(NodeName node) {
        if (machines(node).isEmpty() && !clock.instant().minus(PAUSE).isBefore(askedAt)) {
            refresh();
        }
        return !machines(node).isEmpty();
    }

    /// A node may have had several machines, of which EC2 lists the dead for an hour: all must have ended.
    @Override
    public boolean ended(NodeName node) {
        List<String> machines = machines(node);
        return !machines.isEmpty() && machines.stream().allMatch(this::isDead);
    }

    /// Proof of death: true only when EC2 says that the instance has ended. One that EC2 does not list proves nothing
    /// (another region, another account, missing rights), nor does an unanswered question, which throws.
    public boolean isDead(String machine) {
        var states = ec2
                .describeInstances(request -> request.filters(
                        Filter.builder().name("instance-id").values(machine).build()))
                .reservations()
                .stream()
                .flatMap(reservation -> reservation.instances().stream())
                .map(instance -> instance.state().name())
                .toList();
        return !states.isEmpty()
                && states.stream()
                        .allMatch(state -> state == InstanceStateName.TERMINATED || state == InstanceStateName.STOPPED);
    }

    private List<String> machines(NodeName node) {
        return known.values().stream()
                .filter(each -> each.name.equals(node))
                .map(Node::instance)
                .toList();
    }

    /// An instance that has ended is listed without its name for an hour: then what we knew counts.
    private static Optional<Node> node(Instance instance, Map<String, Node> before) {
        String dns = instance.privateDnsName();
        if (dns == null || dns.isEmpty()) {
            return Optional.ofNullable(before.get(instance.instanceId()));
        }
        String zone = instance.placement().availabilityZone();
        String reservation = instance.capacityReservationId();
        boolean spot = "spot".equals(instance.instanceLifecycleAsString());
        return Optional.of(new Node(
                instance.instanceId(),
                new NodeName(dns),
                "aws:///" + zone + '/' + instance.instanceId(),
                zone,
                instance.instanceTypeAsString(),
                spot ? Lifecycle.SPOT : Lifecycle.ON_DEMAND,
                reservation == null ? "" : reservation));
    }
}
