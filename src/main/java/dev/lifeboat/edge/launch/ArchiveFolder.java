package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kubernetes.Kubelet;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The folder that a kubelet puts archives into, `/var/lib/kubelet/checkpoints`, as it is mounted
/// here. Each holds the memory of a workload in clear, so none of ours may stay: not half of one,
/// not one that a runtime finishes after it was given up, not one that an earlier life of this
/// agent had asked for.
///
/// Others may have archives there, too. A kubelet names one after its container and the second in
/// which it was asked, and both our clocks are the node's: only what bears a name of our own call's
/// time is ever deleted.
final class ArchiveFolder {
    private static final Logger LOG = Logger.getLogger(ArchiveFolder.class);

    /// pkg/kubelet/kubelet.go, CheckpointContainer: the pod's full name is `POD_NAMESPACE`, the
    /// time is RFC 3339.
    private static final Pattern NAME = Pattern.compile(
            "(checkpoint-[a-z0-9._-]{1,400}-)([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:Z|[+-][0-9:]{5}))\\.tar");

    /// The node must not run out of disk on our account: it would throw out pods.
    private static final double SPARE = 1.2;

    private static final long HEADERS_BYTES = 64L << 20;

    /// Names tell whole seconds.
    private static final Duration SECOND = Duration.ofSeconds(1);

    /// A kubelet names an archive when it is asked, and asks the API server for our rights before that.
    private static final Duration NAMED_WITHIN = Duration.ofMinutes(1);

    /// A runtime whose caller has gone writes for as long as its disk takes; then nothing of it
    /// comes any more.
    private static final Duration LATEST = Duration.ofMinutes(10);

    private static final String CALL = ".call";

    private final Path folder;
    private final long mostBytes;
    private final Path ledger;
    private final InstantSource clock;
    private final Map<Call, Open> open = new ConcurrentHashMap<>();

    /// A call on the kubelet.
    ///
    /// @param prefix of the names that it gives to archives of the container
    record Call(String prefix, Instant from) {}

    /// What may still come of one.
    ///
    /// @param ended when somebody had an answer or gave up; null while one is awaited
    /// @param taken by whoever asked, who deletes it; null for none
    private record Open(
            Call call, @Nullable Instant ended, @Nullable Path taken) {
        /// Whether it is of this call, by its name.
        boolean named(Path file, Instant now) {
            Matcher parts = NAME.matcher(file.getFileName().toString());
            if (!parts.matches() || !parts.group(1).equals(call.prefix())) {
                return false;
            }
            Instant last = earlier(ended == null ? now : ended, call.from().plus(NAMED_WITHIN));
            try {
                Instant named = OffsetDateTime.parse(parts.group(2)).toInstant();
                return !named.isBefore(call.from().minus(SECOND)) && !named.isAfter(last.plus(SECOND));
            } catch (DateTimeException impossible) {
                return false;
            }
        }

        private static Instant earlier(Instant one, Instant other) {
            return one.isBefore(other) ? one : other;
        }

        /// Whether somebody still needs it, or may.
        boolean needs(Path file, Instant now) {
            return ended == null ? named(file, now) : file.equals(taken);
        }
    }

    /// Takes up what an earlier life of this agent left open.
    ///
    /// @param mostBytes of one archive
    /// @param ledger where calls are written down before they are made
    ArchiveFolder(Path folder, long mostBytes, Path ledger, InstantSource clock) throws IOException {
        this.folder = folder;
        this.mostBytes = mostBytes;
        this.ledger = Files.createDirectories(ledger);
        this.clock = clock;
        try (Stream<Path> left = Files.list(ledger)) {
            left.filter(file -> file.toString().endsWith(CALL)).forEach(this::takeUp);
        }
        tidy();
    }

    private void takeUp(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            var call = new Call(lines.getFirst(), Instant.parse(lines.get(1)));
            open.put(call, new Open(call, clock.instant(), null));
        } catch (IOException | RuntimeException unreadable) {
            LOG.warnf("what an earlier call may have left cannot be told file=%s why=%s", file, unreadable);
            delete(file);
        }
    }

    Path nothing() {
        return folder.resolve("nothing");
    }

    /// Why an archive of that much memory is better not made; empty when it fits.
    Optional<String> tight(ByteCount memory) {
        long expected = (long) (memory.bytes() * SPARE) + HEADERS_BYTES;
        if (expected > mostBytes) {
            return Optional.of(
                    "it may take " + new ByteCount(expected) + ", and " + new ByteCount(mostBytes) + " are allowed");
        }
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            return free < expected
                    ? Optional.of(
                            "it may take " + new ByteCount(expected) + ", and " + new ByteCount(free) + " are free")
                    : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.of("how much is free in " + folder + " cannot be seen: " + unreadable.getMessage());
        }
    }

    /// An archive, by the name that it has on the node; empty when it is not here.
    Optional<Path> here(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        Path here = folder.resolve(name);
        return NAME.matcher(name).matches() && Files.isRegularFile(here, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(here)
                : Optional.empty();
    }

    /// Written down before the kubelet is asked: from now on an archive may come, whatever becomes
    /// of us.
    Call calling(Kubelet.Container of) {
        String prefix = "checkpoint-" + of.pod() + "_" + of.namespace() + "-" + of.name() + "-";
        var call = new Call(prefix, clock.instant());
        open.put(call, new Open(call, null, null));
        try {
            Files.write(file(call), List.of(prefix, call.from().toString()));
        } catch (IOException full) {
            LOG.warnf("should this agent die now, an archive may stay call=%s why=%s", call, full);
        }
        return call;
    }

    /// The archive is there, and whoever asked deletes it. Runtimes write for root alone; we do not
    /// rely on it.
    void took(Call call, Path archive) {
        try {
            Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException notOurs) {
            LOG.warnf("who may read it is the runtime's choice file=%s why=%s", archive, notOurs);
        }
        open.put(call, new Open(call, clock.instant(), archive));
    }

    /// Nobody waits for it any more: what has come of it goes now, and what still comes as soon as
    /// it is seen.
    void gaveUp(Call call) {
        open.put(call, new Open(call, clock.instant(), null));
        tidy();
    }

    /// Call it every some seconds.
    void tidy() {
        if (open.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        List<Path> here = files();
        for (Open each : List.copyOf(open.values())) {
            Instant ended = each.ended();
            if (ended != null) {
                here.stream()
                        .filter(file -> each.named(file, now))
                        .filter(file -> open.values().stream().noneMatch(one -> one.needs(file, now)))
                        .forEach(ArchiveFolder::delete);
                forget(each, ended, now);
            }
        }
    }

    private void forget(Open each, Instant ended, Instant now) {
        Path taken = each.taken();
        boolean used = taken != null && Files.exists(taken);
        if (!used && now.isAfter(ended.plus(LATEST)) && open.remove(each.call(), each)) {
            delete(file(each.call()));
        }
    }

    private static void delete(Path file) {
        try {
            if (Files.deleteIfExists(file) && !file.toString().endsWith(CALL)) {
                LOG.infof("an archive that nobody waits for was deleted file=%s", file);
            }
        } catch (IOException left) {
            LOG.errorf("it stays on the node's disk, and must be deleted by hand file=%s why=%s", file, left);
        }
    }

    /// Names of pods are as long as names of files.
    private Path file(Call call) {
        return ledger.resolve(UUID.nameUUIDFromBytes(call.toString().getBytes(StandardCharsets.UTF_8)) + CALL);
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException unreadable) {
            LOG.warnf("whether archives stay cannot be seen folder=%s why=%s", folder, unreadable);
            return List.of();
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
