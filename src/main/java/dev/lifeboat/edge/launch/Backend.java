package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.Budget;
import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.LastOrders;
import dev.lifeboat.agent.LazyRestorer;
import dev.lifeboat.agent.PreDumper;
import dev.lifeboat.agent.Readiness;
import dev.lifeboat.agent.Room;
import dev.lifeboat.agent.Tempo;
import dev.lifeboat.agent.Workloads;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.archive.ArchiveCheckpointer;
import dev.lifeboat.edge.kubernetes.Kubelet;
import dev.lifeboat.edge.kubernetes.NodePods;
import dev.lifeboat.edge.kubernetes.OwnNode;
import dev.lifeboat.edge.kubernetes.PodCheckpoints;
import dev.lifeboat.edge.linux.ForeignNetwork;
import dev.lifeboat.edge.linux.ProcessMemory;
import dev.lifeboat.edge.preflight.Engine;
import dev.lifeboat.edge.preflight.NodeSurvey;
import dev.lifeboat.edge.process.Questions;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Preflight;
import dev.lifeboat.workload.WorkloadId;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// How an agent checkpoints: with CRIU, itself; or through the kubelet, where nothing privileged
/// may run.
///
/// @param dumper such as `criu 4.1.1`, for the manifests
/// @param ahead what copies ahead of any notice
/// @param lazy lets workloads run before their pages are there; null where they shall not
/// @param readiness asks workloads before they are checkpointed while they run on; null where they
///     cannot be
/// @param checkup what stands in the way of saves, looked at again and again
record Backend(
        String dumper,
        Workloads workloads,
        Checkpointer checkpointer,
        Room room,
        Ahead ahead,
        @Nullable LazyRestorer lazy,
        @Nullable Readiness readiness,
        Supplier<Preflight> checkup,
        Begin begin) {
    private static final Logger LOG = Logger.getLogger(Backend.class);

    /// Whether it works is found out again this often; a trial stops a container for some tenths of a second.
    private static final Duration PROBE = Duration.ofMinutes(10);

    private static final Duration WEIGH = Duration.ofSeconds(10);

    /// Starts what there is to start, once orders may come.
    interface Begin {
        void in(Loops loops) throws IOException;
    }

    /// What it is made of.
    ///
    /// @param scratch the node's, on tmpfs
    /// @param terms of a workload's saves, as far as they are said
    /// @param failed is told the code of what keeps a node from checkpointing
    /// @param opened takes what is to be closed in the end
    record Site(
            AgentSettings settings,
            NodeName node,
            Path scratch,
            LastOrders last,
            Function<WorkloadId, Optional<StandingOrders.Terms>> terms,
            Consumer<String> failed,
            Consumer<AutoCloseable> opened) {}

    static Backend of(Site site) throws IOException, InterruptedException {
        return site.settings().kubelet().address().isPresent()
                ? kubelet(site, site.settings().kubelet().address().get())
                : criu(site);
    }

    private static Backend criu(Site site) throws IOException, InterruptedException {
        AgentSettings settings = site.settings();
        Occupants occupants = Occupants.of(settings, site.node(), site.opened());
        Path logs = Files.createDirectories(settings.state().resolve("criu"));
        var checkpointer = new CriuCheckpointer(settings.criu(), new CriuOnLinux(), logs, occupants.containers());
        var checkup = new NodeCheckup(new NodeSurvey(Path.of("/"), site.scratch()).look(engine(checkpointer)));
        return new Backend(
                checkpointer.version().toString(),
                occupants.workloads(),
                new ProbedCheckpointer(checkpointer, occupants.standIns()),
                Quarters.look(checkpointer, settings.machine(), occupants.labels()),
                ahead(checkpointer, settings.background(), site.last()),
                lazy(checkpointer, settings),
                new Questions(ForeignNetwork::inside),
                () -> checkup.look(occupants.workloads().running(), occupants.obstructions(), site.terms()),
                occupants::start);
    }

    private static Engine engine(CriuCheckpointer checkpointer) throws IOException {
        CriuCheckpointer.Features features = checkpointer.features();
        return new Engine.Answers(checkpointer.version().toString(), features.tracksMemory(), features.lazyPages());
    }

    private static @Nullable LazyRestorer lazy(CriuCheckpointer checkpointer, AgentSettings settings)
            throws IOException {
        if (settings.lazy() && !checkpointer.features().lazyPages()) {
            LOG.warnf("workloads are restored whole: this kernel has no userfaultfd that CRIU can use");
            return null;
        }
        return settings.lazy() ? checkpointer : null;
    }

    /// Where the kernel tells what was written CRIU's pre-dumps copy; elsewhere we look ourselves.
    private static Ahead ahead(CriuCheckpointer checkpointer, AgentSettings.Background background, LastOrders last)
            throws IOException {
        PreDumper preDumper = checkpointer.features().tracksMemory() ? checkpointer : null;
        LOG.infof("background rounds copy by %s", preDumper == null ? "content" : "pre-dump");
        var budget = new Budget(background.processorShare(), ByteRate.ofMegabytes(background.linkMegabytesPerSecond()));
        var tempo = new Tempo(
                () -> last.read().map(StandingOrders::rhythms).orElse(List.of()),
                background.interval().orElse(null));
        return new Ahead(new ProcessMemory(), budget, new ProcessGauge(), background.rounds(), preDumper, tempo);
    }

    private static Backend kubelet(Site site, URI address) throws IOException, InterruptedException {
        AgentSettings.Kubelet settings = site.settings().kubelet();
        var kubelet = new Kubelet(address, site.node().value(), settings.authority(), settings.token());
        site.opened().accept(kubelet);
        var client = new KubernetesClientBuilder().build();
        site.opened().accept(client);
        var cluster = new NodePods(client, site.node().value());
        site.opened().accept(cluster);
        var own = new OwnNode(client, site.node().value());
        site.opened().accept(own);
        var archives = new ArchiveFolder(
                settings.archives(),
                (long) settings.mostGibibytes() << 30,
                site.settings().state().resolve("archives"),
                InstantSource.system());
        var pods = new KubeletPods(
                cluster,
                kubelet,
                archives,
                settings.trial().map(Backend::container).orElse(null),
                new PodCheckpoints(client)::served,
                site.failed());
        pods.probe();
        pods.weigh();
        return new Backend(
                "kubelet",
                pods,
                new ArchiveCheckpointer(pods),
                Quarters.closed(site.settings().machine(), own::labels),
                Ahead.NONE,
                null,
                null,
                pods::preflight,
                loops -> {
                    loops.after(PROBE, "probe", pods::probe);
                    loops.after(WEIGH, "weigh", pods::weigh);
                });
    }

    /// @throws IllegalArgumentException when it is not three names
    static Kubelet.Container container(String path) {
        String[] names = path.split("/", -1);
        if (names.length != 3) {
            throw new IllegalArgumentException("a container is NAMESPACE/POD/CONTAINER, not " + path);
        }
        return new Kubelet.Container(names[0], names[1], names[2]);
    }
}
