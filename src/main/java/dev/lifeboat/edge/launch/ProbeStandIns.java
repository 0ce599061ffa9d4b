package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.kubernetes.Probe;
import dev.lifeboat.edge.kubernetes.Probe.Ask;
import dev.lifeboat.edge.kubernetes.ProtectedPod;
import dev.lifeboat.edge.launch.ProbedCheckpointer.StandIns;
import dev.lifeboat.edge.launch.ProbedCheckpointer.Standing;
import dev.lifeboat.edge.linux.Detour;
import dev.lifeboat.edge.linux.ForeignNetwork;
import dev.lifeboat.edge.process.StandIn;
import dev.lifeboat.edge.process.StandIn.Question;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Keeps a kubelet from ending a pod's containers because one of them stands still: probes that come over
/// the network are led to a stand-in, which answers them, and those that run a command are not run.
///
/// CRIU closes the pod's whole network meanwhile. So all containers of the pod are stood in for, and what
/// is led away has the mark that CRIU lets through.
record ProbeStandIns(PodsHere pods, InstantSource clock) implements StandIns {
    private static final Logger LOG = Logger.getLogger(ProbeStandIns.class);

    /// The node's first process, whose network is the kubelet's.
    private static final long KUBELETS = 1;

    /// Nothing is sent there.
    private static final int ANY_PORT = 9;

    @Override
    public Standing before(Source source) throws InterruptedException {
        var begun = new Begun(source.pid());
        try {
            Optional<ProtectedPod> found = pods.holding(source.pid());
            if (found.isPresent()) {
                hold(found.get().saved(), clock.instant().plus(source.limit()), begun);
                answer(source.pid(), found.get(), begun);
            }
        } catch (IOException refused) {
            // The dump is worth more than the answers.
            LOG.warnf("probes are not answered while it stands still pid=%d why=%s", source.pid(), refused);
        } catch (InterruptedException stop) {
            begun.close();
            throw stop;
        }
        return begun;
    }

    private static void answer(long pid, ProtectedPod pod, Begun begun) throws IOException, InterruptedException {
        List<Question> questions = pod.containers().stream()
                .flatMap(container -> Stream.ofNullable(container.probe()))
                .flatMap(probe -> question(probe).stream())
                .toList();
        if (questions.isEmpty()) {
            return;
        }
        Set<InetAddress> kubelet = ForeignNetwork.inside(KUBELETS, () -> sources(pod.addresses()));
        StandIn standIn = begun.take(ForeignNetwork.inside(pid, () -> StandIn.open(questions, kubelet)));
        List<Detour.Lead> leads = standIn.ports().entrySet().stream()
                .flatMap(port -> kubelet.stream().map(from -> new Detour.Lead(from, port.getKey(), port.getValue())))
                .toList();
        begun.take(ForeignNetwork.inside(pid, () -> Detour.open(leads, CriuCheckpointer.NETWORK_MARK)));
        LOG.infof("probes are answered while it stands still pod=%s from=%s ports=%s", pod, kubelet, standIn.ports());
    }

    /// Empty for what nobody asks over the network, or nobody else can answer.
    static Optional<Question> question(Probe probe) {
        return switch (probe.ask()) {
            case Ask.Http(var scheme, int port, var path, var agent) ->
                Optional.of(new Question.Http(StandIn.Scheme.valueOf(scheme), port, path, agent));
            case Ask.Tcp(int port) -> Optional.of(new Question.Tcp(port));
            case Ask.Grpc(int port, var service) -> Optional.of(new Question.Grpc(port, service));
            case Ask.Command _, Ask.Own _ -> Optional.empty();
        };
    }

    /// Where packets to these addresses seem to come from, as a kubelet's do: it leaves that to the routes.
    private static Set<InetAddress> sources(List<String> pod) throws IOException {
        var found = new HashSet<InetAddress>();
        for (String address : pod) {
            try (var socket = new DatagramSocket()) {
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), ANY_PORT));
                found.add(socket.getLocalAddress());
            }
        }
        return found;
    }

    private void hold(ProtectedPod.Part container, Instant until, Begun begun) throws IOException {
        if (container.probe() != null && container.probe().ask() instanceof Ask.Command(var words)) {
            begun.take(pods.containers().hold(container.id(), words, until));
        }
    }

    /// What is to be closed again.
    private static final class Begun implements Standing {
        private final long pid;
        private final Deque<Closeable> taken = new ArrayDeque<>();

        private Begun(long pid) {
            this.pid = pid;
        }

        <T extends Closeable> T take(T opened) {
            taken.push(opened);
            return opened;
        }

        @Override
        public void close() {
            for (Closeable each : taken) {
                try {
                    each.close();
                } catch (IOException stays) {
                    LOG.warnf("what stood in for it could not be closed pid=%d why=%s", pid, stays);
                }
            }
        }
    }
}
