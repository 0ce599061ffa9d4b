package dev.lifeboat.edge.criu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.workload.Connections;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Byte for byte what CRIU's rpc.proto and stats.proto say.
final class CriuMessagesTest {
    @TempDir
    Path folder;

    @Test
    void requestsAreEncodedAsCriuReadsThem() {
        assertThat(hex(new Request.Version())).isEqualTo("080a");
        assertThat(hex(new Request.FeatureCheck())).isEqualTo("08092a0408011001");
        assertThat(hex(new Request.Agreed())).isEqualTo("08061801");
        assertThat(hex(new Request.Objected())).isEqualTo("08061800");
        String folders = "0846" + "4802" + "5208637269752e6c6f67" + "880147" + "4001" + "900200";
        assertThat(hex(restore(Request.Pages.BEFORE_IT_RUNS, Connections.REFUSE)))
                .isEqualTo("08021218" + folders + "6001");
        assertThat(hex(restore(Request.Pages.ON_DEMAND, Connections.REFUSE)))
                .isEqualTo("0802121b" + folders + "6001800301");
        var whole = new Source(4242, folder, Duration.ofSeconds(1));
        assertThat(hex(new Request.Dump(whole, new Numbered(), Optional.empty())))
                .isEqualTo("08011222" + folders + "109221" + "5a022004" + "6001" + "a00105");
        assertThat(hex(new Request.PreDump(whole, new Numbered())))
                .isEqualTo("080d121f" + folders + "109221" + "5a022004" + "7801");
    }

    private static Request restore(Request.Pages when, Connections connections) {
        return new Request.Restore(new Numbered(), new Request.Terms(when, connections));
    }

    @Test
    void aDumpWithAParentSaysWhereItIsFromTheImagesFolderOn() throws Exception {
        Path images = Files.createDirectories(folder.resolve("save"));
        Path parent = Files.createDirectories(folder.resolve("pre-dumps").resolve("1"));
        String path = HexFormat.of().formatHex("../pre-dumps/1".getBytes(UTF_8));
        var source = new Source(4242, images, Duration.ofSeconds(1), parent, Connections.REFUSE);
        assertThat(hex(new Request.Dump(source, new Numbered(), Optional.empty())))
                .contains("5a022004" + "720e" + path + "7801" + "6001");
    }

    @Test
    void connectionsAreClosedOrKeptAtBothEnds() throws Exception {
        Path images = Files.createDirectories(folder.resolve("save"));
        var closing = new Source(4242, images, Duration.ofSeconds(1), null, Connections.CLOSE);
        assertThat(hex(new Request.Dump(closing, new Numbered(), Optional.empty())))
                .endsWith("5a022004" + "f00201" + "a00301" + "6001" + "a00105");
        var keeping = new Source(4242, images, Duration.ofSeconds(1), null, Connections.KEEP);
        assertThat(hex(new Request.Dump(keeping, new Numbered(), Optional.empty())))
                .endsWith("5a022004" + "2801" + "800402" + "6001" + "a00105");
        assertThat(hex(restore(Request.Pages.BEFORE_IT_RUNS, Connections.CLOSE)))
                .endsWith("f00201" + "a00301" + "6001");
        assertThat(hex(restore(Request.Pages.BEFORE_IT_RUNS, Connections.KEEP))).endsWith("2801" + "800402" + "6001");
    }

    @Test
    void theImagesSayWhatTheDumpWasTold() throws Exception {
        assertThat(Inventory.connections(folder)).isEqualTo(Connections.REFUSE);
        Path inventory = folder.resolve("inventory.img");
        Files.write(inventory, HexFormat.of().parseHex("16313158" + "06000000" + "08021001" + "5807"));
        assertThat(Inventory.connections(folder)).isEqualTo(Connections.REFUSE);
        Files.write(inventory, HexFormat.of().parseHex("16313158" + "06000000" + "08021001" + "5001"));
        assertThat(Inventory.connections(folder)).isEqualTo(Connections.CLOSE);
        Files.createFile(folder.resolve("tcp-stream-801d7a.img"));
        assertThat(Inventory.connections(folder)).isEqualTo(Connections.KEEP);
    }

    @Test
    void answersAreRead() throws Exception {
        var version = decode("080a1001" + "520608041001" + "2001");
        assertThat(version.version()).isEqualTo(new CriuVersion(4, 1, 1));
        var notification = decode("08061001" + "2a0b0a09" + HexFormat.of().formatHex("post-dump".getBytes(UTF_8)));
        assertThat(notification.isNotification()).isTrue();
        assertThat(notification.script()).isEqualTo("post-dump");
        var restored = decode("08021001" + "2203089221");
        assertThat(restored.success()).isTrue();
        assertThat(restored.pid()).isEqualTo(4242);
        var refused = decode("08021000" + "3811" + "4a026e6f");
        assertThat(refused.success()).isFalse();
        assertThat(refused.errno()).isEqualTo(17);
        assertThat(refused.message()).isEqualTo("no");
        assertThat(decode("08091001" + "42020801").tracksMemory()).isTrue();
    }

    @Test
    void bytesAtRandomAreAnAnswerOrARefusal() {
        for (long seed = 0; seed < 5000; seed++) {
            var random = new Random(seed);
            var noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            try {
                assertThat(Response.decode(ByteBuffer.wrap(noise))).isNotNull();
            } catch (IOException refused) {
                assertThat(refused).hasMessageNotContaining("Exception");
            }
        }
    }

    @Test
    void theFrozenTimeIsReadFromCriusStatistics() throws Exception {
        String magic = "19435654" + "33060957"; // no part of the message
        Files.write(
                folder.resolve("stats-dump"),
                HexFormat.of()
                        .parseHex(magic + "0f000000" + "0a0d" + "08d00f" + "10c0843d" + "1801" + "3007" + "3809"));
        assertThat(DumpStatistics.read(folder))
                .isEqualTo(new DumpStatistics(Duration.ofMillis(2), Duration.ofSeconds(1), 7, 9));
    }

    private static String hex(Request request) {
        return HexFormat.of().formatHex(request.encode().array());
    }

    private static Response decode(String hex) throws IOException {
        return Response.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    /// Only its descriptor numbers matter here.
    private static final class Numbered implements CriuWorker {
        @Override
        public int imagesDescriptor() {
            return 70;
        }

        @Override
        public int workDescriptor() {
            return 71;
        }

        @Override
        public long pid() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ByteChannel commands() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ByteChannel pages() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void cutPages() {}

        @Override
        public void hangUp() {}

        @Override
        public void kill() {}

        @Override
        public int await() {
            return 0;
        }

        @Override
        public Duration processor() {
            return Duration.ZERO;
        }

        @Override
        public void close() {}
    }
}
