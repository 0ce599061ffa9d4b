package dev.lifeboat.edge.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.Provided;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinuxTest {
    private static final int INHERITED_BY_CHILD = Child.FIRST_INHERITED;

    @TempDir
    Path folder;

    @Test
    void aStreamFillsTheBufferHoweverTheBytesWereSent() throws Exception {
        var pair = UnixSocket.pair(UnixSocket.Type.STREAM);
        try (var ours = pair.ours();
                var theirs = pair.theirs()) {
            theirs.write(bytes("one "));
            theirs.write(bytes("two"));
            var target = ByteBuffer.allocateDirect(7);
            assertThat(ours.read(target)).isEqualTo(7);
            assertThat(text(target)).isEqualTo("one two");
        }
    }

    @Test
    void aFolderInMemoryIsGoneWithItsDescriptor() throws Exception {
        Provided.root();
        Path path;
        try (var made = MemoryFolder.make()) {
            path = made.path();
            Files.writeString(path.resolve("file"), "content");
            assertThat(path.resolve("file")).hasContent("content");
            assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(path.toString());
        }
        assertThat(path.resolve("file")).doesNotExist();
    }

    @Test
    void whatIsWrittenIntoAProcessIsThereAndWhatHasNoPlaceIsRefused() throws Exception {
        long self = ProcessHandle.current().pid();
        try (var arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(3L << 20);
            var content = ByteBuffer.allocate(3 << 20);
            new Random(1).nextBytes(content.array());
            ProcessMemory.write(self, target.address(), content);
            assertThat(content.hasRemaining()).isFalse();
            assertThat(target.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content.array());
        }
        assertThatThrownBy(() -> ProcessMemory.write(self, 4096, bytes("nobody's")))
                .isInstanceOf(SystemCallFailed.class)
                .hasMessageContaining("process_vm_writev")
                .hasMessageContaining("Bad address");
    }

    @Test
    void memoryThatWasGivenBackIsEmptyAndMayBeWrittenAgain() throws Exception {
        var size = new ByteCount(3L << 30);
        try (var memory = AnonymousMemory.map(size)) {
            long last = size.bytes() - 4096;
            memory.at(last, 5).put(bytes("first"));
            memory.at(0, 5).put(bytes("other"));
            memory.giveBack(last, 4096);
            assertThat(memory.at(last, 5).get(0)).isZero();
            memory.at(last, 5).put(bytes("again"));
            assertThat(StandardCharsets.UTF_8.decode(memory.at(last, 5)).toString())
                    .isEqualTo("again");
            assertThat(StandardCharsets.UTF_8.decode(memory.at(0, 5)).toString())
                    .isEqualTo("other");
        }
    }

    @Test
    void aPacketSocketKeepsMessagesApart() throws Exception {
        var pair = UnixSocket.pair(UnixSocket.Type.SEQPACKET);
        try (var ours = pair.ours();
                var theirs = pair.theirs()) {
            theirs.write(bytes("one"));
            theirs.write(bytes("three"));
            var target = ByteBuffer.allocate(100);
            assertThat(ours.read(target)).isEqualTo(3);
            assertThat(ours.read(target)).isEqualTo(5);
            assertThat(text(target)).isEqualTo("onethree");
        }
    }

    @Test
    void aClosedOtherEndIsTheEndForReadersAndAnErrorForWriters() throws Exception {
        var pair = UnixSocket.pair(UnixSocket.Type.STREAM);
        try (var ours = pair.ours()) {
            pair.theirs().close();
            assertThat(ours.read(ByteBuffer.allocateDirect(1))).isEqualTo(-1);
            assertThatThrownBy(() -> ours.write(bytes("x")))
                    .isInstanceOf(SystemCallFailed.class)
                    .hasMessageContaining("Broken pipe");
        }
    }

    @Test
    void shutdownWakesAReaderInAnotherThread() throws Exception {
        var pair = UnixSocket.pair(UnixSocket.Type.STREAM);
        try (var ours = pair.ours();
                var theirs = pair.theirs()) {
            var read = new int[1];
            Thread reader = Thread.ofPlatform().start(() -> {
                try {
                    read[0] = ours.read(ByteBuffer.allocateDirect(1));
                } catch (IOException failed) {
                    read[0] = -2;
                }
            });
            ours.shutdown();
            reader.join();
            assertThat(read[0]).isEqualTo(-1);
            assertThat(theirs.isOpen()).isTrue();
        }
    }

    @Test
    void aWriterMayBeAheadByTheSizeOfItsBuffer() throws Exception {
        var pair = UnixSocket.pair(UnixSocket.Type.STREAM);
        try (var ours = pair.ours();
                var theirs = pair.theirs()) {
            theirs.buffer(ByteCount.ofMebi(4));
            assertThat(theirs.write(ByteBuffer.allocate(2 << 20))).isEqualTo(2 << 20);
            assertThat(ours.read(ByteBuffer.allocateDirect(2 << 20))).isEqualTo(2 << 20);
        }
    }

    @Test
    void aChildClosesNothingBeforeItsWitnessKnows() throws Exception {
        Provided.root();
        var pair = UnixSocket.pair(UnixSocket.Type.STREAM);
        var told = new LinkedBlockingQueue<Boolean>();
        try (var ours = pair.ours();
                var theirs = pair.theirs()) {
            // Waits, so that the witness knows its number by then.
            var child = new CompletableFuture<Child>();
            Closings.Witness witness = number -> {
                if (number == INHERITED_BY_CHILD) {
                    told.add(Files.exists(Path.of("/proc/" + child.join().pid() + "/fd/" + number)));
                }
            };
            var command = List.of("/bin/sh", "-c", "read -r word <&3; exec 3<&-; exit 7");
            child.complete(Closings.spawn(command, folder.resolve("output"), List.of(theirs.descriptor()), witness));
            ours.write(bytes("go\n"));
            assertThat(child.join().await()).isEqualTo(7);
            assertThat(told).containsExactly(true);
        }
    }

    @Test
    void aChildWhoseWitnessFailsIsKilled() throws Exception {
        Provided.root();
        var pair = UnixSocket.pair(UnixSocket.Type.STREAM);
        try (var ours = pair.ours();
                var theirs = pair.theirs()) {
            Closings.Witness witness = number -> {
                if (number == INHERITED_BY_CHILD) {
                    throw new IOException("broken");
                }
            };
            var command = List.of("/bin/sh", "-c", "read -r word <&3; exec 3<&-; exit 7");
            var child = Closings.spawn(command, folder.resolve("output"), List.of(theirs.descriptor()), witness);
            ours.write(bytes("go\n"));
            assertThat(child.await()).isEqualTo(128 + 9);
        }
    }

    @Test
    void aChildHasTheDescriptorsThatWereNamedAndNoOther() throws Exception {
        var pair = UnixSocket.pair(UnixSocket.Type.STREAM);
        Path output = folder.resolve("output");
        try (var ours = pair.ours();
                var theirs = pair.theirs();
                var _ = Files.newInputStream(Files.createFile(folder.resolve("not for the child")))) {
            var command = List.of("/bin/sh", "-c", "echo hello >&3; ls /proc/self/fd; exit 7");
            assertThat(Child.spawn(command, output, List.of(theirs.descriptor()))
                            .await())
                    .isEqualTo(7);
            var target = ByteBuffer.allocateDirect(6);
            ours.read(target);
            assertThat(text(target)).isEqualTo("hello\n");
        }
        // ls itself opens one more: the folder that it lists.
        assertThat(Files.readAllLines(output)).containsExactly("0", "1", "2", "3", "4");
    }

    @Test
    void aKilledChildEndsWith128PlusTheSignal() throws Exception {
        var child = Child.spawn(List.of("/bin/sleep", "600"), folder.resolve("output"), List.of());
        child.kill();
        assertThat(child.await()).isEqualTo(137);
        child.kill();
    }

    /// Of the inner shell, too, which the outer one waits for.
    @Test
    void aChildThatHasEndedTellsTheProcessorTimeOfItAndItsOwn() throws Exception {
        String busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        var child = Child.spawn(
                List.of("/bin/sh", "-c", "/bin/sh -c '" + busy + "'; :"), folder.resolve("output"), List.of());
        assertThat(child.processor()).isZero();

        assertThat(child.await()).isZero();
        var idle = Child.spawn(List.of("/bin/true"), folder.resolve("output"), List.of());
        idle.await();

        assertThat(child.processor()).isGreaterThan(Duration.ofMillis(20)).isLessThan(Duration.ofMinutes(1));
        assertThat(idle.processor()).isLessThan(child.processor());
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Child.spawn(List.of("/no/such/program"), folder.resolve("output"), List.of()))
                .isInstanceOf(SystemCallFailed.class)
                .hasMessageContaining("/no/such/program")
                .hasMessageContaining("No such file");
    }

    @Test
    void groupsAndEverybodyAreNeverSignalled() {
        for (long pid : new long[] {-1, 0, 1}) {
            assertThatThrownBy(() -> Signal.STOP.send(pid)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aFolderThatIsNotThereIsNamed() throws Exception {
        try (var descriptor = Descriptor.ofFolder(folder)) {
            assertThat(Path.of("/proc/self/fd/" + descriptor.number()).toRealPath())
                    .isEqualTo(folder.toRealPath());
        }
        assertThatThrownBy(() -> Descriptor.ofFolder(folder.resolve("none"))).hasMessageContaining("none");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer filled) {
        return StandardCharsets.UTF_8.decode(filled.flip()).toString();
    }
}
