package dev.lifeboat.edge.planning;

import dev.lifeboat.edge.planning.ClusterSnapshot.Forecast;
import dev.lifeboat.edge.planning.ClusterSnapshot.Node;
import dev.lifeboat.edge.planning.ClusterSnapshot.Workload;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Quantiles;
import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.CpuFacts;
import dev.lifeboat.plan.HostFacts;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.plan.Pacing;
import dev.lifeboat.plan.Progress;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Reclaim;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.policy.Subject;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns a snapshot and a supposed notice into the question that the orchestrator would ask.
public final class Supposition {
    private final String file;
    private final ClusterSnapshot snapshot;

    Supposition(String file, ClusterSnapshot snapshot) {
        this.file = file;
        this.snapshot = snapshot;
        expect("apiVersion", snapshot.apiVersion(), ClusterSnapshot.API_VERSION);
        expect("kind", snapshot.kind(), ClusterSnapshot.KIND);
    }

    /// @throws BadInput when the file is no snapshot
    public static Supposition read(Path file) {
        return new Supposition(file.toString(), SnapshotFile.read(file));
    }

    Instant takenAt() {
        return Words.instant(required(snapshot.takenAt(), "takenAt"), at("takenAt"));
    }

    Node node(String name) {
        return nodes().stream()
                .filter(node -> name.equals(node.name()))
                .findFirst()
                .orElseThrow(() -> new BadInput(file + ": has no node " + name + "; it has "
                        + nodes().stream().map(Node::name).limit(10).toList()));
    }

    /// @throws BadInput when the snapshot lacks something that this takes, naming it
    public Question question(SupposedNotice notice, Policies policies) {
        Instant now = takenAt();
        Node home = node(notice.node());
        String place = "nodes[" + nodes().indexOf(home) + "]";
        var warning = new Question.Warning(
                notice.trigger(), new GraceWindow(now.plus(notice.window()), Question.MARGIN), notice.window());
        return new Question(
                new Question.Home(
                        new NodeName(notice.node()),
                        required(home.zone(), place + ".zone"),
                        host(home.host(), place + ".host"),
                        Words.rate(required(home.uplink(), place + ".uplink"), at(place + ".uplink"))),
                warning,
                now,
                tenants(notice),
                offers(notice.node()),
                reclaims(),
                policies);
    }

    private List<Node> nodes() {
        return snapshot.nodes() == null ? List.of() : snapshot.nodes();
    }

    private List<Workload> workloads() {
        return snapshot.workloads() == null ? List.of() : snapshot.workloads();
    }

    private List<Tenant> tenants(SupposedNotice notice) {
        var tenants = new ArrayList<Tenant>();
        for (int i = 0; i < workloads().size(); i++) {
            Workload workload = workloads().get(i);
            String place = "workloads[" + i + "]";
            if (notice.node().equals(required(workload.node(), place + ".node"))) {
                tenants.add(tenant(workload, background(workload, notice.trigger(), place), place));
            }
        }
        return tenants;
    }

    private Tenant tenant(Workload it, @Nullable Duration background, String place) {
        WorkloadId id = id(it, place);
        String owner = required(it.owner(), place + ".owner");
        int slash = owner.indexOf('/');
        if (slash < 1) {
            throw new BadInput(at(place + ".owner") + ": \"" + owner + "\" is not Kind/name");
        }
        String kind = owner.substring(0, slash);
        Map<String, String> labels = orEmpty(it.labels());
        var workload = new dev.lifeboat.workload.Workload(
                id,
                kind,
                it.classKey() == null ? owner : it.classKey(),
                labels,
                new Footprint(
                        Words.size(required(it.resident(), place + ".resident"), at(place + ".resident")),
                        it.shared() == null ? ByteCount.ZERO : Words.size(it.shared(), at(place + ".shared")),
                        it.tasks() == null ? 1 : it.tasks()));
        return new Tenant(
                workload,
                new Subject(
                        id,
                        kind,
                        owner.substring(slash + 1),
                        labels,
                        orEmpty(it.namespaceLabels()),
                        orEmpty(it.containers())),
                health(it, place),
                unsaved(it, background, place),
                estimates(it, place + ".estimates"),
                it.hook() == null ? null : estimate(it.hook(), 0, place + ".hook"),
                Set.copyOf(orEmpty(it.volumeZones())),
                orEmpty(it.devices()),
                Progress.WAITING,
                null,
                KnownObstacles.of(id, orEmpty(it.obstacles()), at(place + ".obstacles")),
                background,
                null);
    }

    private Duration unsaved(Workload it, @Nullable Duration background, String place) {
        Duration whole = Words.duration(required(it.unsaved(), place + ".unsaved"), at(place + ".unsaved"));
        return background != null && background.compareTo(whole) < 0 ? background : whole;
    }

    /// Where nobody will say that the node died, nobody goes back to one.
    private @Nullable Duration background(Workload it, Trigger trigger, String place) {
        return switch (trigger) {
            case SpotInterruption, ScheduledMaintenance ->
                it.background() == null ? null : Words.duration(it.background(), at(place + ".background"));
            case RebalanceRecommendation, NodeDrain, NodeShutdown, Manual -> null;
        };
    }

    /// How often the workloads of the node should be copied ahead for such a notice; of those that are under a policy
    /// and whose dirty curve the snapshot has.
    ///
    /// @param question of the same notice
    Map<WorkloadId, Pace> paces(Question question) {
        Map<WorkloadId, Pace.LoadCurve> curves = curves();
        var policies = new ArrayList<Policy>();
        var runners = new ArrayList<Pace.Runner>();
        for (Tenant tenant : question.tenants()) {
            WorkloadId id = tenant.workload().id();
            Pace.LoadCurve curve = curves.get(id);
            Policies.Binding binding = question.policies().of(tenant.subject()).orElse(null);
            if (curve != null && binding != null) {
                policies.add(binding.policy());
                runners.add(
                        Pacing.copiedAhead(id, binding.policy().spec().value().worth(), curve));
            }
        }
        return Pacing.under(
                        policies, question.warning().total(), question.home().uplink())
                .of(runners)
                .stream()
                .collect(Collectors.toMap(Pace::workload, pace -> pace));
    }

    private Map<WorkloadId, Pace.LoadCurve> curves() {
        var curves = new HashMap<WorkloadId, Pace.LoadCurve>();
        for (int i = 0; i < workloads().size(); i++) {
            List<ClusterSnapshot.Dirty> knots = orEmpty(workloads().get(i).dirty());
            if (!knots.isEmpty()) {
                String place = "workloads[" + i + "]";
                curves.put(id(workloads().get(i), place), curve(knots, place + ".dirty"));
            }
        }
        return curves;
    }

    private Pace.LoadCurve curve(List<ClusterSnapshot.Dirty> knots, String place) {
        var loads = new TreeMap<Duration, Pace.Load>();
        for (int i = 0; i < knots.size(); i++) {
            ClusterSnapshot.Dirty it = knots.get(i);
            String here = place + "[" + i + "]";
            Duration after = Words.duration(required(it.after(), here + ".after"), at(here + ".after"));
            if (after.toMillis() < 1 || (!loads.isEmpty() && after.compareTo(loads.lastKey()) <= 0)) {
                throw new BadInput(
                        at(here + ".after") + ": " + it.after() + " is not later than what stands before it");
            }
            loads.put(
                    after,
                    new Pace.Load(
                            Words.size(required(it.wire(), here + ".wire"), at(here + ".wire")),
                            Words.duration(required(it.transfer(), here + ".transfer"), at(here + ".transfer"))));
        }
        return new KnownLoad(loads);
    }

    private Tenant.Health health(Workload it, String place) {
        return new Tenant.Health(
                it.ready() == null || it.ready(),
                it.runningFor() == null ? Duration.ZERO : Words.duration(it.runningFor(), at(place + ".runningFor")),
                it.restarts() == null ? 0 : it.restarts(),
                orEmpty(it.annotations()));
    }

    private List<Estimate> estimates(Workload it, String place) {
        if (it.estimates() == null || it.estimates().isEmpty()) {
            return List.of(new Estimate.Unknown(Estimate.UnknownReason.NOTHING_MEASURED));
        }
        var estimates = new ArrayList<Estimate>();
        for (int rounds = 0; rounds < it.estimates().size(); rounds++) {
            estimates.add(estimate(it.estimates().get(rounds), rounds, place + "[" + rounds + "]"));
        }
        return estimates;
    }

    private Estimate estimate(Forecast it, int rounds, String place) {
        if (it.unknown() != null) {
            return new Estimate.Unknown(choice(Estimate.UnknownReason.class, it.unknown(), place + ".unknown"));
        }
        return new Estimate.Forecast(
                rounds,
                quantiles(it.durable(), place + ".durable"),
                quantiles(it.frozen(), place + ".frozen"),
                it.samples() == null ? 0 : it.samples());
    }

    private Quantiles quantiles(@Nullable List<String> bounds, String place) {
        List<String> three = required(bounds, place);
        if (three.size() != 3) {
            throw new BadInput(at(place) + ": wants p50, p95 and p99, such as [\"9s\", \"14s\", \"17s\"]; has "
                    + three.size() + " values");
        }
        try {
            return new Quantiles(
                    Words.duration(three.get(0), at(place + "[0]")),
                    Words.duration(three.get(1), at(place + "[1]")),
                    Words.duration(three.get(2), at(place + "[2]")));
        } catch (IllegalArgumentException e) {
            throw new BadInput(at(place) + ": " + e.getMessage());
        }
    }

    private List<CapacityOffer> offers(String doomed) {
        var offers = new ArrayList<CapacityOffer>();
        for (int i = 0; i < nodes().size(); i++) {
            Node node = nodes().get(i);
            String place = "nodes[" + i + "]";
            String name = required(node.name(), place + ".name");
            if (!name.equals(doomed)) {
                offers.add(offer(node, name, place));
            }
        }
        return offers;
    }

    private CapacityOffer offer(Node node, String name, String place) {
        try {
            return new CapacityOffer(
                    new NodeName(name),
                    choice(
                            CapacityOffer.Kind.class,
                            required(node.capacity(), place + ".capacity"),
                            place + ".capacity"),
                    required(node.instanceType(), place + ".instanceType"),
                    required(node.zone(), place + ".zone"),
                    host(node.host(), place + ".host"),
                    Words.size(required(node.memoryFree(), place + ".memoryFree"), at(place + ".memoryFree")),
                    orEmpty(node.devices()),
                    orEmpty(node.labels()).entrySet().stream()
                            .map(label -> label.getKey() + "=" + label.getValue())
                            .collect(Collectors.toSet()),
                    node.evictionRisk() == null ? 0 : node.evictionRisk(),
                    prestaged(name),
                    node.promised() == null ? 0 : node.promised(),
                    node.standing() == null
                            ? CapacityOffer.Standing.ACCEPTING
                            : choice(CapacityOffer.Standing.class, node.standing(), place + ".standing"));
        } catch (IllegalArgumentException e) {
            throw new BadInput(at(place) + ": " + e.getMessage());
        }
    }

    private Set<WorkloadId> prestaged(String node) {
        return workloads().stream()
                .filter(workload -> orEmpty(workload.prestagedOn()).contains(node))
                .map(workload -> id(workload, "workloads[" + workloads().indexOf(workload) + "]"))
                .collect(Collectors.toSet());
    }

    private WorkloadId id(Workload it, String place) {
        try {
            return new WorkloadId(required(it.namespace(), place + ".namespace"), required(it.name(), place + ".name"));
        } catch (IllegalArgumentException e) {
            throw new BadInput(at(place) + ": " + e.getMessage());
        }
    }

    private @Nullable HostFacts host(ClusterSnapshot.@Nullable Host it, String place) {
        if (it == null) {
            return null;
        }
        try {
            return facts(it, place);
        } catch (IllegalArgumentException e) {
            throw new BadInput(at(place) + ": " + e.getMessage());
        }
    }

    private HostFacts facts(ClusterSnapshot.Host it, String place) {
        ClusterSnapshot.Cpu cpu = required(it.cpu(), place + ".cpu");
        return new HostFacts(
                required(it.architecture(), place + ".architecture"),
                new CpuFacts(
                        required(cpu.vendor(), place + ".cpu.vendor"),
                        cpu.family(),
                        cpu.model(),
                        cpu.stepping(),
                        Set.copyOf(orEmpty(cpu.features())),
                        cpu.xstateMask(),
                        cpu.xsaveSize(),
                        cpu.xsaveSizeMax()),
                required(it.kernel(), place + ".kernel"),
                required(it.criu(), place + ".criu"),
                required(it.runtime(), place + ".runtime"));
    }

    private List<Reclaim> reclaims() {
        var reclaims = new ArrayList<Reclaim>();
        List<ClusterSnapshot.Reclaim> listed = snapshot.reclaims() == null ? List.of() : snapshot.reclaims();
        for (int i = 0; i < listed.size(); i++) {
            ClusterSnapshot.Reclaim it = listed.get(i);
            String place = "reclaims[" + i + "]";
            reclaims.add(new Reclaim(
                    required(it.instanceType(), place + ".instanceType"),
                    required(it.zone(), place + ".zone"),
                    Words.instant(required(it.at(), place + ".at"), at(place + ".at"))));
        }
        return reclaims;
    }

    private void expect(String field, @Nullable String found, String wanted) {
        if (!wanted.equals(found)) {
            throw new BadInput(at(field) + ": is " + (found == null ? "missing" : "\"" + found + "\"") + "; write \""
                    + wanted + "\"");
        }
    }

    private <T> T required(@Nullable T value, String place) {
        if (value == null) {
            throw new BadInput(at(place) + ": is missing");
        }
        return value;
    }

    private <E extends Enum<E>> E choice(Class<E> type, String text, String place) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().replace('_', '-').equalsIgnoreCase(text.replace('_', '-'))) {
                return constant;
            }
        }
        throw new BadInput(at(place) + ": \"" + text + "\" is not one of " + List.of(type.getEnumConstants()));
    }

    private String at(String place) {
        return file + ": " + place;
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
