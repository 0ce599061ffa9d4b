package dev.lifeboat.edge.criu.runc;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.Checkpointer.OnRestored;
import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import dev.lifeboat.edge.criu.Containers;
import dev.lifeboat.edge.criu.FailureCode;
import dev.lifeboat.edge.criu.Surroundings;
import dev.lifeboat.quantity.ByteCount;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The containers of a node's pods, which containerd or CRI-O runs and whose runtime knows nothing of us.
///
/// They are dumped behind its back, as containers of our own are. Once the checkpoint is durable the
/// pod is deleted while its container still stands frozen: killed under a kubelet that wants it alive
/// it would be started afresh in its place. They come back as a pod's new container, through the
/// runtime's wrapper, stopped; and they go on once the gate has opened.
public final class PodContainers implements Containers {
    private static final Logger LOG = Logger.getLogger(PodContainers.class);

    /// A kubelet hears of a deleted pod within milliseconds, and asks its containers to end at once.
    private static final Duration HEARING = Duration.ofSeconds(5);

    /// For CRIU to kill a tree that it holds.
    private static final Duration KILLING = Duration.ofSeconds(2);

    /// The controller of the pod makes a new one within a second; one of a Job waits ten after a failure.
    private static final Duration LANDING = Duration.ofSeconds(30);

    /// Scheduling, the sandbox with its network, and reading back gigabytes from tmpfs.
    private static final Duration REBUILDING = Duration.ofMinutes(2);

    private final Runc runc;
    private final Path restores;
    private final Pods pods;
    private final ByteCount mostVolumes;

    /// @param state where the runtime lets runc keep its state, such as /run/containerd/runc/k8s.io
    /// @param restores the folder that is shared with the wrapper, on tmpfs
    /// @param mostVolumes what the emptyDirs of one pod may hold
    public PodContainers(Path state, Path restores, Pods pods, ByteCount mostVolumes) {
        this.runc = new Runc(Path.of("runc"), state, Path.of("criu"), restores);
        this.restores = restores;
        this.pods = pods;
        this.mostVolumes = mostVolumes;
    }

    /// Frees what an earlier agent of this node left when it died in the middle of a restore. Before
    /// the first restore.
    ///
    /// @param now by the machine's clock
    public void sweep(Instant now) {
        Handover.sweep(restores, now);
        try {
            Held.sweep(restores);
        } catch (IOException stays) {
            LOG.warnf("what an earlier agent has held could not be deleted folder=%s error=%s", restores, stays);
        }
    }

    /// Whether a restore came to nothing with the agent that made it, so that its container will never start. Believe
    /// it
    /// when it is true twice, some seconds apart.
    ///
    /// @param restore as the cluster was told
    public boolean isLost(String restore) throws IOException {
        return Handover.isLost(restores, restore);
    }

    /// Has the wrapper keep a container's probe from it, until what is returned is closed.
    ///
    /// @param container its id in the runtime
    /// @param command the probe's
    /// @param until not believed for longer in any case
    public Closeable hold(String container, List<String> command, Instant until) throws IOException {
        return Held.begin(restores, container, command, until);
    }

    /// The first process of the container; empty when it does not run.
    ///
    /// @param container its id in the runtime
    public Optional<Long> pid(String container) throws IOException {
        return runc.state(container).map(RuncState::pid);
    }

    /// What the container has mounted that comes along, as it is now; nothing when it does not run.
    ///
    /// @param container its id in the runtime
    /// @param uid of its pod
    public Volumes volumes(String container, String uid) throws IOException {
        Optional<RuncState> state = runc.state(container);
        return state.isEmpty() ? Volumes.NONE : emptyDirs(state.get(), uid).weigh();
    }

    private EmptyDirs emptyDirs(RuncState container, String uid) throws IOException {
        return EmptyDirs.of(OciConfig.read(container.bundle().resolve(OciConfig.FILE)), uid, mostVolumes)
                .beside(neighbours(container));
    }

    private List<Neighbour> neighbours(RuncState container) throws IOException {
        var found = new ArrayList<Neighbour>();
        for (Map.Entry<String, String> other : pods.beside(container.id()).entrySet()) {
            Optional<Path> cgroup = runc.state(other.getKey()).map(RuncState::freezer);
            cgroup.ifPresent(folder -> found.add(new Neighbour(other.getValue(), folder)));
        }
        return found;
    }

    @Override
    public Optional<Surroundings> around(long pid) throws IOException {
        Optional<RuncState> state = runc.holding(pid);
        if (state.isEmpty()) {
            return Optional.empty();
        }
        RuncState container = state.get();
        var outside = OciConfig.read(container.bundle().resolve(OciConfig.FILE)).outside(new Inside(pid));
        return Optional.of(new Surroundings(container.rootfs(), outside, container.freezer()));
    }

    @Override
    public void keep(long pid, Path images) throws IOException, InterruptedException {
        var inside = new Inside(pid);
        RuncState container = holding(pid);
        PodIdentity identity = identity(container);
        identity.write(images);
        new JsonMapper().writeValue(images.resolve(RuncContainers.DESCRIPTORS).toFile(), inside.firstDescriptors());
        Overlay.pack(inside.upper(), images.resolve(Kept.CHANGES));
        emptyDirs(container, identity.uid()).pack(images);
    }

    @Override
    public void ending(long pid, Duration left) throws InterruptedException {
        try {
            String before = Signals.pending(pid);
            pods.delete(identity(holding(pid)), left.minus(HEARING).minus(KILLING));
            // From the moment that it asks the container to end, the kubelet starts it no more.
            Waiting.until(() -> !Signals.pending(pid).equals(before), HEARING);
        } catch (IOException gone) {
            // It ended by itself: there is nothing left that could go on.
        }
    }

    private RuncState holding(long pid) throws IOException {
        return runc.holding(pid).orElseThrow(() -> new IOException("pid " + pid + " is in no container any more"));
    }

    private PodIdentity identity(RuncState container) throws IOException {
        String id = container.id();
        return pods.of(id).orElseThrow(() -> new IOException("container " + id + " is no pod's that we know of"));
    }

    @Override
    public boolean holds(Path images) {
        return Files.exists(images.resolve(PodIdentity.FILE));
    }

    @Override
    public RestoreOutcome restore(Path images, Path work, OnRestored gate) throws IOException, InterruptedException {
        PodIdentity saved = PodIdentity.read(images);
        Handover handover = Handover.begin(restores);
        @Nullable PodIdentity landed = null;
        boolean runs = false;
        try {
            handover.put(images);
            landed = pods.land(saved, handover.name(), LANDING);
            long pid = handover.restored(REBUILDING);
            if (!RuncContainers.opens(gate, pid)) {
                return new RestoreOutcome.Failed(FailureCode.NOT_ALLOWED.code(), "");
            }
            handover.go();
            runs = true;
            pods.landed(landed);
            return new RestoreOutcome.Running(pid);
        } catch (IOException refused) {
            return new RestoreOutcome.Failed(FailureCode.CRIU_REFUSED.code(), String.valueOf(refused.getMessage()));
        } finally {
            handover.clear();
            if (!runs) {
                giveUp(handover, landed);
            }
        }
    }

    /// What stands there stopped is not to run, and its pod not to start afresh: its owner makes another one.
    private void giveUp(Handover handover, @Nullable PodIdentity landed) throws InterruptedException {
        try {
            handover.no();
            if (landed != null) {
                pods.delete(landed, Duration.ZERO);
            }
        } catch (IOException stays) {
            LOG.warnf("a pod that may not run could not be deleted pod=%s error=%s", landed, stays);
        }
    }
}
