package dev.lifeboat.edge.criu.runc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.jboss.logging.Logger;

/// One checkpoint's way through the folder that this agent shares with the runtime's wrapper (`oci-wrapper/`).
///
/// | file | written by | says |
/// |---|---|---|
/// | `NAME/` | agent | CRIU's images; the wrapper renames it before it reads it |
/// | `NAME.restored` | wrapper | everything stands there, restored and stopped: the number of its first process |
/// | `NAME.failed` | wrapper | it could not be restored, and why |
/// | `NAME.go`, `NAME.no` | agent | it may run; it may not, and is to be killed |
/// | `NAME.done` | wrapper | it runs, or ran: a container that is created in its place starts afresh |
/// | `NAME.agent` | agent | nothing; locked while the agent that made it lives and needs it |
final class Handover {
    private static final Logger LOG = Logger.getLogger(Handover.class);

    private static final String AGENT = ".agent";
    private static final String DONE = ".done";

    /// Images that a wrapper has taken up; it deletes them as soon as they are read, unless it is killed.
    private static final String TAKEN = ".taken";

    /// Ours, and nobody's who puts a checkpoint there by hand.
    private static final Pattern OURS = Pattern.compile("(r-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\\..+)?");

    /// A kubelet gives a container two minutes to be created.
    private static final Duration LONGEST_TAKEN = Duration.ofMinutes(10);

    /// What the wrapper says is some lines of CRIU's log.
    private static final int LONGEST_WORDS = 4096;

    private final Path folder;
    private final String name;
    private final FileChannel owned;

    private Handover(Path folder, String name) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.name = name;
        this.owned = FileChannel.open(mark(AGENT), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        owned.lock();
    }

    /// @param folder the one shared, on tmpfs
    static Handover begin(Path folder) throws IOException {
        return new Handover(folder, "r-" + UUID.randomUUID());
    }

    /// Of this restore, unlike any other.
    String name() {
        return name;
    }

    /// Deletes the images of those whose agent is no more: memory that nobody will take up, or has
    /// taken up to its end. What a wrapper may still be told by stays: it is a few bytes.
    ///
    /// @param now by the clock that files are stamped with
    static void sweep(Path folder, Instant now) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.toList()) {
                var ours = OURS.matcher(each.getFileName().toString());
                if (ours.matches() && isLeft(each, String.valueOf(ours.group(2)), now)) {
                    sweep(each, folder.resolve(ours.group(1) + AGENT));
                }
            }
        } catch (IOException unread) {
            LOG.warnf("what an earlier agent left could not be looked for folder=%s error=%s", folder, unread);
        }
    }

    /// Whether it came to nothing: it has not run, and nobody is left who could let it. Still true
    /// for a moment in which the wrapper has read that it may and not said yet that it does.
    static boolean isLost(Path folder, String name) throws IOException {
        return OURS.matcher(name).matches()
                && !Files.exists(folder.resolve(name + DONE))
                && !lives(folder.resolve(name + AGENT));
    }

    private static boolean isLeft(Path each, String suffix, Instant now) throws IOException {
        if (suffix.equals(TAKEN)) {
            return Files.getLastModifiedTime(each).toInstant().isBefore(now.minus(LONGEST_TAKEN));
        }
        return suffix.equals(AGENT) || Files.isDirectory(each);
    }

    private static void sweep(Path left, Path agent) throws IOException {
        if (!lives(agent)) {
            deleteTold(left);
        }
    }

    /// Whether the agent does that made this mark.
    private static boolean lives(Path agent) throws IOException {
        if (!Files.exists(agent)) {
            return false;
        }
        try (var channel = FileChannel.open(agent, StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException ownOfThisProcess) {
            return true;
        }
    }

    private static void deleteTold(Path left) {
        LOG.infof("deleted what an agent left in the middle of a restore path=%s", left);
        delete(left);
    }

    /// Hands the images over; they are no longer where they were.
    void put(Path images) throws IOException {
        Path target = folder.resolve(name);
        try {
            Files.move(images, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException otherDevice) {
            copy(images, target);
        }
    }

    /// The images are taken up by name, so the folder appears under its name at last.
    private void copy(Path images, Path target) throws IOException {
        Path draft = Files.createDirectory(folder.resolve(name + ".draft"));
        try (Stream<Path> all = Files.walk(images)) {
            for (Path each : all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                Path to = draft.resolve(images.relativize(each).toString());
                Files.createDirectories(to.resolveSibling(""));
                // One by one: the memory is there once, not twice.
                Files.copy(each, to);
                Files.delete(each);
            }
        }
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Waits until it stands there restored.
    ///
    /// @return the number of its first process, on this node
    /// @throws IOException with the wrapper's words when it failed, or after `left`
    long restored(Duration left) throws IOException, InterruptedException {
        boolean said = Waiting.until(() -> exists(".restored") || exists(".failed"), left);
        if (exists(".restored")) {
            return Long.parseLong(Files.readString(mark(".restored")).strip());
        }
        throw new IOException(
                said
                        ? failure().orElse("the wrapper says nothing")
                        : "no container has taken the checkpoint up within " + left.toSeconds()
                                + " s; is the RuntimeClass' handler lifeboat-runc, and can the pod be scheduled here?");
    }

    private Optional<String> failure() throws IOException {
        String words = Files.readString(mark(".failed"));
        return Optional.of(words.substring(0, Math.min(LONGEST_WORDS, words.length())));
    }

    void go() throws IOException {
        say(".go");
    }

    void no() throws IOException {
        say(".no");
    }

    /// As a whole or not at all.
    private void say(String mark) throws IOException {
        Path draft = Files.createFile(mark(mark + ".draft"));
        Files.move(draft, mark(mark), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Nobody will take it up any more.
    void clear() {
        delete(folder.resolve(name));
        delete(mark(".draft"));
        delete(mark(AGENT));
        try {
            owned.close();
        } catch (IOException stays) {
            LOG.warnf("a lock could not be given up file=%s error=%s", mark(AGENT), stays);
        }
    }

    private boolean exists(String mark) {
        return Files.exists(mark(mark));
    }

    private Path mark(String mark) {
        return folder.resolve(name + mark);
    }

    /// What stays is memory, and no reason to say anything else of a restore.
    private static void delete(Path path) {
        try {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                FileUtils.deleteDirectory(path.toFile());
            } else {
                Files.deleteIfExists(path);
            }
        } catch (IOException stays) {
            LOG.warnf("what was handed over could not be deleted path=%s error=%s", path, stays);
        }
    }
}
