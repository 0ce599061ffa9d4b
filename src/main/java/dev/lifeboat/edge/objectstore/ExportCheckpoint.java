package dev.lifeboat.edge.objectstore;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.quantity.ByteCount;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lifeboat checkpoint export`.
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a checkpoint as a tar that needs no Lifeboat any more: checkpointctl shows it, criu restores it.",
            "",
            "Its whole chain is collapsed, and every page verified on the way. THE ARCHIVE IS IN CLEAR: it holds the"
                    + " memory of the workload, secrets included; it is readable for you alone."
        },
        footer = {
            "",
            "What is in it: checkpoint/ for criu, state/ the workload's own files, config.dump and spec.dump for",
            "checkpointctl, lifeboat.json with what the manifest says. To restore by hand, as root, where the workload",
            "does not run: put state/ back where the workload kept it, then",
            "",
            "  tar -xf FILE && criu restore --images-dir checkpoint --restore-detached --file-locks \\",
            "      --manage-cgroups=ignore",
            "",
            "Nobody claims the checkpoint for that: see to it yourself that no other copy runs.",
            "Exit codes: 0 done, 1 corrupt, missing or not writable, 2 wrong usage."
        })
public final class ExportCheckpoint extends CheckpointCommand.OnStore {
    private static final String METADATA = "criu/";
    private static final String IMAGES = "checkpoint/";
    private static final int BUFFER_BYTES = 1 << 20;
    private static final String STATE = "state/";
    private static final int OWNER_ONLY = 0600;

    /// CRIU compares modes, and these are what the agent gives a workload's files: a checkpoint does not keep others.
    private static final int AS_RESTORED = 0644;

    private static final int OWNER_ONLY_FOLDER = 0700;

    /// Progress is said this often.
    private static final long STEP_BYTES = 256L << 20;

    private final ImageForm form;

    @Parameters(paramLabel = "ID", converter = CheckpointCommand.Id.class, description = "The checkpoint.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointId id;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The archive, which must not exist yet.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path output;

    /// The dumper's own files for pages.
    @FunctionalInterface
    public interface ImageForm {
        /// @param dumper as the manifest names it
        /// @return to be written in this order
        List<Image> of(PageSource pages, String dumper);
    }

    /// One of them.
    ///
    /// @param size of the content, to the byte
    public record Image(String name, long size, Content content) {}

    /// Writes itself once.
    @FunctionalInterface
    public interface Content {
        /// @throws dev.lifeboat.agent.CorruptCheckpoint when a page is not what was stored
        void writeTo(OutputStream out) throws IOException, InterruptedException;
    }

    /// What was written, as printed as JSON.
    record Exported(String id, String file, long bytes, int entries) {}

    /// @param form as the dumper reads it
    public ExportCheckpoint(ImageForm form) {
        this.form = form;
    }

    @Override
    int run(ObjectStore store) throws InterruptedException {
        try (var saved = new Reading(store, options.key()).open(id)) {
            Exported exported = write(saved);
            if (json) {
                print(exported);
            } else {
                out().printf(
                                "%s: %d files, %s; in clear%n",
                                exported.file, exported.entries, new ByteCount(exported.bytes));
            }
            return DONE;
        } catch (IOException | UncheckedIOException broken) {
            spec.commandLine()
                    .getErr()
                    .println(spec.qualifiedName() + ": cannot write " + output + ": " + broken.getMessage());
            return FAILED;
        }
    }

    /// Beside its place first: an archive that is there is whole.
    private Exported write(LayerSaved saved) throws IOException, InterruptedException {
        Path target = output.toAbsolutePath();
        if (Files.exists(target)) {
            throw new IOException("it is there already; give another --output");
        }
        FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path aside = Files.createTempFile(target.getParent(), target.getFileName() + ".", ".part", ownerOnly);
        Path scratch = Files.createTempDirectory("lifeboat-export-");
        try {
            int entries = fill(aside, scratch, saved);
            move(aside, target);
            return new Exported(id.value(), output.toString(), Files.size(target), entries);
        } finally {
            Files.deleteIfExists(aside);
            Files.delete(scratch);
        }
    }

    private static void move(Path aside, Path target) throws IOException {
        try {
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException network) {
            Files.move(aside, target);
        }
    }

    private int fill(Path file, Path scratch, LayerSaved saved) throws IOException, InterruptedException {
        try (var out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
                var tar = new Archive(new TarArchiveOutputStream(out), savedAt(saved.manifest()))) {
            tar.text("lifeboat.json", facts(saved.manifest()));
            tar.text("config.dump", config(saved.manifest()));
            tar.text("spec.dump", spec(saved.manifest()));
            tar.folder(IMAGES);
            for (String name : saved.files()) {
                tar.copy(saved, name, scratch.resolve("file"));
            }
            for (Image image : form.of(saved.pages(), saved.facts().dumper())) {
                tar.image(image);
            }
            return tar.entries;
        }
    }

    private static Instant savedAt(Manifest manifest) {
        return Objects.requireNonNullElse(manifest.savedAt(), Instant.EPOCH).truncatedTo(ChronoUnit.SECONDS);
    }

    private static Map<String, @Nullable Object> facts(Manifest manifest) {
        var facts = new LinkedHashMap<String, @Nullable Object>();
        facts.put("checkpoint", manifest.id().value());
        facts.put("savedAt", Objects.toString(manifest.savedAt(), null));
        facts.put("workload", manifest.facts().workload());
        facts.put("node", manifest.facts().node());
        facts.put("dumper", manifest.facts().dumper());
        facts.put("kernel", manifest.facts().kernel());
        facts.put("cpu", manifest.facts().cpu());
        facts.put("rootPid", manifest.facts().rootPid());
        return Collections.unmodifiableMap(facts);
    }

    /// What checkpointctl wants (its lib/metadata.go, ContainerConfig).
    private static Map<String, Object> config(Manifest manifest) {
        return Map.of(
                "id", manifest.id().value(),
                "name", manifest.facts().workload(),
                "rootfsImageName", "",
                "runtime", "criu " + manifest.facts().dumper(),
                "createdTime", savedAt(manifest).toString());
    }

    /// An OCI runtime spec with nothing in it but the annotations that checkpointctl takes names from. For an
    /// archive that is of no engine it knows, it reads containerd's.
    private static Map<String, Object> spec(Manifest manifest) {
        return Map.of(
                "ociVersion",
                "1.1.0",
                "hostname",
                manifest.facts().node(),
                "annotations",
                Map.of("io.kubernetes.cri.container-name", manifest.facts().workload()));
    }

    /// The tar, entry by entry.
    private final class Archive implements AutoCloseable {
        private static final JsonMapper JSON = new JsonMapper();

        private final TarArchiveOutputStream tar;
        private final Instant at;
        private int entries;
        private long written;

        Archive(TarArchiveOutputStream tar, Instant at) {
            this.tar = tar;
            this.at = at;
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        }

        void text(String name, Object document) throws IOException {
            byte[] content = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(document);
            begin(name, content.length);
            tar.write(content);
            tar.closeArchiveEntry();
        }

        /// checkpointctl looks for it, and not for what is in it.
        void folder(String name) throws IOException {
            var entry = new TarArchiveEntry(name);
            entry.setMode(OWNER_ONLY_FOLDER);
            entry.setModTime(at.toEpochMilli());
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }

        /// Through a file: how large it is must be known first, and it is verified before a byte of it is written.
        void copy(LayerSaved saved, String name, Path through) throws IOException, InterruptedException {
            saved.fetch(name, through);
            try {
                boolean images = name.startsWith(METADATA);
                begin(images ? IMAGES + name.substring(METADATA.length()) : name, Files.size(through));
                Files.copy(through, tar);
                tar.closeArchiveEntry();
            } finally {
                Files.delete(through);
            }
        }

        void image(Image image) throws IOException, InterruptedException {
            begin(IMAGES + image.name(), image.size());
            image.content().writeTo(tar);
            tar.closeArchiveEntry();
            if ((written + image.size()) / STEP_BYTES > written / STEP_BYTES) {
                spec.commandLine().getErr().println(id + ": " + new ByteCount(written + image.size()) + " written");
                spec.commandLine().getErr().flush();
            }
            written += image.size();
        }

        private void begin(String name, long size) throws IOException {
            var entry = new TarArchiveEntry(name);
            entry.setSize(size);
            entry.setMode(name.startsWith(STATE) ? AS_RESTORED : OWNER_ONLY);
            entry.setModTime(at.toEpochMilli());
            entries++;
            tar.putArchiveEntry(entry);
        }

        @Override
        public void close() throws IOException {
            tar.close();
        }
    }
}
