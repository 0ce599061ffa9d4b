package dev.lifeboat.edge.criu.runc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// By this process itself, which holds a file in shared memory, and one that holds none.
final class NeighbourTest {
    private static final Path SHARED = Path.of("/dev/shm");

    @TempDir
    private Path cgroup;

    @Test
    void whatItHasMappedOrOpenOfAPodsSharedMemoryIsNamed() throws Exception {
        long device = (long) Files.getAttribute(SHARED, "unix:dev");
        Path file = Files.createTempFile(SHARED, "neighbour-", "");
        long self = ProcessHandle.current().pid();
        String named = "log (pid " + self + ") holds ";
        try (FileChannel _ = FileChannel.open(file)) {
            assertThat(beside(self).shares(device))
                    .hasValueSatisfying(said ->
                            assertThat(said).startsWith(named + SHARED).endsWith(" of the pod's shared memory"));
            Files.writeString(file, "1");
        }
        ByteBuffer memory = mapped(file);
        Files.delete(file);
        assertThat(beside(self).shares(device)).isPresent();
        assertThat(memory.get()).isEqualTo((byte) '1');
        assertThat(beside(self).shares(Neighbour.NOWHERE)).isEmpty();
    }

    @Test
    void whatHoldsNoneOrHasEndedIsPassedOver() throws Exception {
        long device = (long) Files.getAttribute(SHARED, "unix:dev");
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            assertThat(beside(other.pid()).shares(device)).isEmpty();
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(beside(other.pid()).shares(device)).isEmpty();
        assertThat(new Neighbour("log", cgroup.resolve("gone")).shares(device)).isEmpty();
    }

    private static ByteBuffer mapped(Path file) throws IOException {
        try (FileChannel open = FileChannel.open(file)) {
            return open.map(FileChannel.MapMode.READ_ONLY, 0, 1);
        }
    }

    private Neighbour beside(long pid) throws IOException {
        Path below = Files.createDirectories(cgroup.resolve("below"));
        Files.writeString(below.resolve("cgroup.procs"), pid + "\n");
        return new Neighbour("log", cgroup);
    }
}
