package dev.lifeboat.edge.criu.runc;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.Checkpointer.OnRestored;
import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import dev.lifeboat.edge.criu.Containers;
import dev.lifeboat.edge.criu.FailureCode;
import dev.lifeboat.edge.criu.Inventory;
import dev.lifeboat.edge.criu.Surroundings;
import dev.lifeboat.workload.Connections;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// The containers that an agent runs under runc.
///
/// CRIU dumps them as it dumps plain processes, held by its own freeze and rolled back by its own death: a container
/// paused by its runtime would stand still for ever if this process died. runc restores them, stopped, and they go on
/// once the gate has opened.
public final class RuncContainers implements Containers {
    /// runc(8) knows the container by these when CRIU is to hand its first descriptors back.
    static final String DESCRIPTORS = "descriptors.json";

    private static final String CRIU_SETTINGS = "criu.conf";

    /// criu(8): restored tasks stay stopped.
    private static final String STAY_STOPPED = "leave-stopped\n";

    private static final Logger LOG = Logger.getLogger(RuncContainers.class);

    private static final String RESTORE_LOG = "restore.log";
    private static final int TAIL_LINES = 8;

    private final Runc runc;
    private final Path bundles;

    /// @param runc the program, 1.1 or newer
    /// @param criu the CRIU that restores
    /// @param folder of this agent's, for bundles and runc's state
    public RuncContainers(Path runc, Path criu, Path folder) throws IOException {
        this.bundles = Files.createDirectories(folder.resolve("bundles"));
        Path state = Files.createDirectories(folder.resolve("state"));
        this.runc = new Runc(runc, state, criu, Files.createDirectories(folder.resolve("log")));
    }

    /// Starts a container, detached, its output to nowhere.
    ///
    /// @param config its `config.json`; root path, terminal and CRIU's settings are ours to set
    /// @param layers of its image, the topmost first
    /// @return the number of its first process on this node
    public long start(String id, Path config, List<Path> layers) throws IOException, InterruptedException {
        var kept = new Kept(id, layers.stream().map(Path::toString).toList());
        clear(id);
        Path bundle = Files.createDirectories(bundle(id));
        kept.write(bundle, config);
        try {
            overlay(kept).mount();
            complete(bundle, Connections.REFUSE);
            runc.run(id, bundle);
        } catch (IOException | InterruptedException failed) {
            clear(id);
            throw failed;
        }
        return firstProcess(id);
    }

    /// Kills what is left of it, and deletes what it changed.
    public void clear(String id) throws IOException, InterruptedException {
        if (runc.state(id).isPresent()) {
            runc.delete(id);
        }
        if (Files.exists(bundle(id))) {
            new Overlay(bundle(id), List.of(bundle(id))).delete();
        }
    }

    @Override
    public Optional<Surroundings> around(long pid) throws IOException {
        Optional<RuncState> state = runc.holding(pid);
        if (state.isEmpty()) {
            return Optional.empty();
        }
        RuncState container = state.get();
        List<String> outside =
                OciConfig.read(container.bundle().resolve(Kept.CONFIG)).outside(new Inside(pid));
        return Optional.of(new Surroundings(container.rootfs(), outside, container.freezer()));
    }

    @Override
    public void keep(long pid, Path images) throws IOException, InterruptedException {
        RuncState container =
                runc.holding(pid).orElseThrow(() -> new IOException("pid " + pid + " is in no container any more"));
        Kept kept = Kept.read(container.bundle());
        kept.write(images, container.bundle().resolve(Kept.CONFIG));
        new JsonMapper().writeValue(images.resolve(DESCRIPTORS).toFile(), new Inside(pid).firstDescriptors());
        overlay(kept).pack(images.resolve(Kept.CHANGES));
    }

    @Override
    public boolean holds(Path images) {
        return Files.exists(images.resolve(Kept.FILE));
    }

    @Override
    public RestoreOutcome restore(Path images, Path work, OnRestored gate) throws IOException, InterruptedException {
        Kept kept = Kept.read(images);
        boolean runs = false;
        try {
            clear(kept.id());
            Path bundle = Files.createDirectories(bundle(kept.id()));
            kept.write(bundle, images.resolve(Kept.CONFIG));
            overlay(kept).unpack(images.resolve(Kept.CHANGES));
            overlay(kept).mount();
            complete(bundle, Inventory.connections(images));
            OciConfig.read(bundle.resolve(OciConfig.FILE)).share(images);
            runc.restore(kept.id(), bundle, images, work);
            long pid = firstProcess(kept.id());
            if (!opens(gate, pid)) {
                return new RestoreOutcome.Failed(FailureCode.NOT_ALLOWED.code(), "");
            }
            runc.resume(kept.id());
            runs = true;
            return new RestoreOutcome.Running(pid);
        } catch (IOException refused) {
            return new RestoreOutcome.Failed(FailureCode.CRIU_REFUSED.code(), refused.getMessage() + tail(work));
        } finally {
            if (!runs) {
                clearAway(kept.id());
            }
        }
    }

    /// Why it does not run is what counts, not what stays of it.
    private void clearAway(String id) throws InterruptedException {
        try {
            clear(id);
        } catch (IOException stays) {
            LOG.warnf("what is left of a restore could not be cleared away container=%s error=%s", id, stays);
        }
    }

    static boolean opens(OnRestored gate, long pid) {
        try {
            return gate.mayRun(pid);
        } catch (RuntimeException refused) {
            return false;
        }
    }

    private void complete(Path bundle, Connections connections) throws IOException {
        String told = switch (connections) {
            case REFUSE -> "";
            case CLOSE -> "tcp-close\n";
            case KEEP -> "tcp-established\n";
        };
        Path settings = Files.writeString(bundle.resolve(CRIU_SETTINGS), STAY_STOPPED + told);
        OciConfig.read(bundle.resolve(Kept.CONFIG))
                .write(bundle.resolve(OciConfig.FILE), bundle.resolve("rootfs"), settings);
    }

    private long firstProcess(String id) throws IOException {
        return runc.state(id)
                .orElseThrow(() -> new IOException("runc has forgotten " + id))
                .pid();
    }

    private Path bundle(String id) {
        return bundles.resolve(id);
    }

    private Overlay overlay(Kept kept) {
        return new Overlay(bundle(kept.id()), kept.paths());
    }

    private static String tail(Path work) throws IOException {
        Path log = work.resolve(RESTORE_LOG);
        if (!Files.exists(log)) {
            return "";
        }
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("Error (") || line.contains("Warn  ("))
                .toList();
        return "\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }
}
