package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.Budget;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.linux.ProcessMemory;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import dev.lifeboat.migration.Report;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A checkpoint leaves the store as a tar, and nobody of ours is needed to read it: the real
/// checkpointctl shows it, and `criu restore` from a shell brings the process back.
final class ExportIT {
    private static final Budget GENEROUS = new Budget(100, ByteRate.ofMegabytes(1e6));

    @TempDir
    private Path folder;

    private Path criu;
    private Path scratch;
    private Path key;
    private CountingVictim victim;

    @BeforeEach
    void prepare() throws Exception {
        criu = Crius.DEFAULT.path();
        scratch = Files.createTempDirectory(Path.of("/dev/shm"), "export-");
        key = Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4));
        victim = new CountingVictim(workloads().folder(CountingVictim.ID));
    }

    @AfterEach
    void leaveNothing() throws Exception {
        victim.processes().forEach(each -> ProcessHandle.of(each).ifPresent(ProcessHandle::destroyForcibly));
        FileUtils.deleteDirectory(scratch.toFile());
    }

    @Test
    void othersShowItAndBringItBack() throws Exception {
        String id = saveOnAChain().checkpoint().value();
        Path archive = folder.resolve("saved.tar");

        assertThat(Main.commandLine()
                        .execute(
                                "checkpoint",
                                "export",
                                id,
                                "--output",
                                archive.toString(),
                                "--store",
                                folder.resolve("store").toString(),
                                "--key-file",
                                key.toString()))
                .isZero();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
                .isEqualTo("rw-------");
        assertThat(said(checkpointctl(), "show", archive.toString())).contains("demo/victim", "criu ");
        assertThat(said(checkpointctl(), "inspect", "--ps-tree", archive.toString()))
                .contains("Process tree", "java");
        Path unpacked = Files.createDirectories(scratch.resolve("unpacked"));
        said("tar", "-xf", archive.toString(), "-C", unpacked.toString());
        putBack(unpacked.resolve("state"));
        said(
                criu.toString(),
                "restore",
                "--images-dir",
                unpacked.resolve("checkpoint").toString(),
                "--restore-detached",
                "--file-locks",
                "--manage-cgroups=ignore");
        victim.goesOn();
    }

    private Report.Stored saveOnAChain() throws Exception {
        var checkpointer =
                new CriuCheckpointer(criu, new CriuOnLinux(), Files.createDirectories(folder.resolve("criu")));
        Path spec = CountingVictim.spec(folder.resolve("victim.json"));
        long pid = workloads().start(ProcessSpec.read(spec), spec);
        victim.goesOn();
        var host = AgentUnderTest.host("node-a", checkpointer, Files.createDirectories(scratch.resolve("node-a")));
        var ahead = new Ahead(new ProcessMemory(), GENEROUS, new ProcessGauge(), 10);
        var settings = new StoredCheckpoints.Settings(Codec.ZSTD, ByteCount.ofMebi(64), 2);
        try (var store = new StoredCheckpoints(
                        new StoreLocation.Folder(folder.resolve("store")), KeyFile.read(key), settings);
                var agent = new AgentUnderTest(host, workloads(), checkpointer, store, ahead)) {
            agent.copyAhead();
            var answer = agent.save(Duration.ofMinutes(2));
            assertThat(answer).isInstanceOf(Report.Stored.class);
            CountingVictim.awaits("the reaper", () -> !Files.exists(Path.of("/proc/" + pid)));
            return (Report.Stored) answer;
        }
    }

    /// The workload's folder as it was when it stood still.
    private void putBack(Path state) throws IOException {
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, victim.folder().resolve(state.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private ProcessWorkloads workloads() throws IOException {
        return new ProcessWorkloads(folder.resolve("workloads"), folder.resolve("node-a"));
    }

    private static String checkpointctl() throws Exception {
        return said(Drawn.top().resolve(".ci/provision-checkpointctl").toString())
                .lines()
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private static String said(String... command) throws Exception {
        var process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String said;
        try (var out = process.inputReader()) {
            said = String.join("\n", out.lines().toList());
        }
        assertThat(process.waitFor()).as("%s said %s", List.of(command), said).isZero();
        return said;
    }
}
