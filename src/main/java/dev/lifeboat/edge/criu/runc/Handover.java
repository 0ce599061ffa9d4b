package dev.lifeboat.edge.criu.runc;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
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
///
/// @param folder the one shared, on tmpfs
/// @param name of this restore, unlike any other
record Handover(Path folder, String name) {
    private static final Logger LOG = Logger.getLogger(Handover.class);

    /// What the wrapper says is some lines of CRIU's log.
    private static final int LONGEST_WORDS = 4096;

    static Handover begin(Path folder) {
        return new Handover(folder, "r-" + UUID.randomUUID());
    }

    /// Hands the images over; they are no longer where they were.
    void put(Path images) throws IOException {
        Files.createDirectories(folder);
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
    }

    private boolean exists(String mark) {
        return Files.exists(mark(mark));
    }

    private Path mark(String mark) {
        return folder.resolve(name + mark);
    }

    /// What stays is memory, and no reason to say anything else of a restore.
    private static void delete(Path folder) {
        try {
            FileUtils.deleteDirectory(folder.toFile());
        } catch (IOException stays) {
            LOG.warnf("what was handed over could not be deleted folder=%s error=%s", folder, stays);
        }
    }
}
