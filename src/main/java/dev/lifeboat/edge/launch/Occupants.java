package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.Workloads;
import dev.lifeboat.edge.criu.Containers;
import dev.lifeboat.edge.criu.runc.RuncContainers;
import dev.lifeboat.edge.kubernetes.NodeLabels;
import dev.lifeboat.edge.kubernetes.NodePods;
import dev.lifeboat.edge.kubernetes.OwnNode;
import dev.lifeboat.edge.kubernetes.VolumePlaces;
import dev.lifeboat.edge.process.PodWorkloads;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.Obstruction;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// What an agent looks after: the pods of its node, or processes and containers that it starts itself.
///
/// @param found obstructions of workloads, beyond what their processes show
/// @param labels of the node, as they are now
/// @param standIns who keeps them from being ended while they stand still
/// @param begin starts what there is to start
record Occupants(
        Workloads workloads,
        Containers containers,
        Supplier<List<Obstruction>> found,
        Supplier<NodeLabels> labels,
        ProbedCheckpointer.StandIns standIns,
        Begin begin) {
    private static final Logger LOG = Logger.getLogger(Occupants.class);

    /// Nobody asks processes and containers of ours.
    private static final ProbedCheckpointer.StandIns NOBODY = _ -> () -> {};

    private static final Duration TELLING = Duration.ofSeconds(1);
    private static final Duration LOOKING = Duration.ofSeconds(5);

    /// Once, when orders may come.
    private interface Begin {
        void in(Loops loops) throws IOException;
    }

    /// @param opened takes what is to be closed in the end
    static Occupants of(AgentSettings settings, NodeName node, Consumer<AutoCloseable> opened) throws IOException {
        Path memory = settings.state().resolve("workloads");
        return settings.pods().enabled() ? pods(settings, node, memory, opened) : processes(settings, memory);
    }

    private static Occupants pods(AgentSettings settings, NodeName node, Path memory, Consumer<AutoCloseable> opened)
            throws IOException {
        var client = new KubernetesClientBuilder().build();
        opened.accept(client);
        var cluster = new NodePods(client, node.value());
        opened.accept(cluster);
        var own = new OwnNode(client, node.value());
        opened.accept(own);
        var here = new PodsHere(cluster, new VolumePlaces(client), settings.pods());
        here.containers().sweep(Instant.now());
        return new Occupants(
                new PodWorkloads(memory, here),
                here.containers(),
                here::obstructions,
                own::labels,
                new ProbeStandIns(here, InstantSource.system()),
                loops -> {
                    loops.every(TELLING, "owed", here::tellWhatIsOwed);
                    loops.every(LOOKING, "stranded", here::replaceStranded);
                });
    }

    private static Occupants processes(AgentSettings settings, Path memory) throws IOException {
        Optional<Path> runc = settings.runc();
        if (runc.isEmpty()) {
            var plain = new ProcessWorkloads(settings.workloads(), memory);
            return new Occupants(
                    plain, Containers.NONE, List::of, () -> NodeLabels.NONE, NOBODY, _ -> start(settings, plain));
        }
        var containers =
                new RuncContainers(runc.get(), settings.criu(), settings.state().resolve("containers"));
        var both = new ProcessWorkloads(settings.workloads(), memory, new RuncWorkloads(containers));
        return new Occupants(both, containers, List::of, () -> NodeLabels.NONE, NOBODY, _ -> start(settings, both));
    }

    private static void start(AgentSettings settings, ProcessWorkloads workloads) throws IOException {
        for (Path file : settings.start().orElse(List.of())) {
            ProcessSpec spec = ProcessSpec.read(file);
            LOG.infof("workload runs workload=%s pid=%d", spec.id(), workloads.start(spec, file));
        }
    }

    List<Obstruction> obstructions() {
        return found.get();
    }

    void start(Loops loops) throws IOException {
        begin.in(loops);
    }
}
