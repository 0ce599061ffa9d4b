package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.checkpoint.Extent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointCommandTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private Shelf shelf;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void fillShelf() throws Exception {
        shelf = new Shelf(folder);
        shelf.save("m-1-save-1", "demo/counter", 1, 0);
        shelf.save("m-2-save-1", "demo/counter", 1, 3);
    }

    @AfterEach
    void close() {
        shelf.close();
    }

    @Test
    void listsWithoutTheKeyWhatCanBeToldAndWithItTheRest() throws Exception {
        assertThat(run("ls", "--json")).isZero();
        assertThat(json().findValuesAsText("id")).containsExactly("m-1-save-1", "m-2-save-1");
        assertThat(json().path(0).path("workload").isNull()).isTrue();
        assertThat(keyed("ls", "--json")).isZero();
        assertThat(json().path(0).path("workload").asText()).isEqualTo("demo/counter");
        assertThat(json().path(0).path("pageBytes").asInt()).isEqualTo(Shelf.PAGES * 4096);
        assertThat(keyed("ls")).isZero();
        assertThat(out.toString()).contains("m-1-save-1", "demo/counter", "256.0 KiB");
    }

    @Test
    void showsWhoseMemoryItIsAndWhoRunsFromIt() throws Exception {
        shelf.restore("m-1-save-1");
        assertThat(keyed("show", "m-1-save-1", "--json")).isZero();
        assertThat(json().path("node").asText()).isEqualTo("node-a");
        assertThat(json().path("claimant").asText()).isEqualTo("node-b m-1-save-1");
        assertThat(json().path("memory").path(0).path("storedPages").asInt()).isEqualTo(Shelf.PAGES * 4096);
        assertThat(keyed("show", "m-9")).isEqualTo(1);
        assertThat(err.toString()).contains("there is no checkpoint m-9");
    }

    @Test
    void verifiesEveryByteAndNamesTheOneThatIsBad() throws Exception {
        assertThat(keyed("verify")).isZero();
        assertThat(out.toString()).contains("whole m-1-save-1", "whole m-2-save-1");
        Path data = data("m-1-save-1");
        byte[] bytes = Files.readAllBytes(data);
        bytes[bytes.length / 2] ^= 1;
        Files.write(data, bytes);
        assertThat(keyed("verify", "--json")).isEqualTo(1);
        assertThat(json().findValuesAsText("whole")).containsExactly("false", "true");
        assertThat(json().path(0).path("trouble").asText()).contains("data-0000, chunk 0");
    }

    @Test
    void comparesPageByPage() throws Exception {
        assertThat(keyed("diff", "m-1-save-1", "m-2-save-1", "--json")).isZero();
        assertThat(json().path("memory").path(0).path("changed").asInt()).isEqualTo(3 * 4096);
        assertThat(json().path("memory").path(0).path("same").asInt()).isEqualTo((Shelf.PAGES - 3) * 4096);
    }

    @Test
    void exportsEverythingVerifiedToATarThatIsThereOnlyWhenItIsWhole() throws Exception {
        Path file = folder.resolve("out.tar");
        assertThat(keyed("export", "m-2-save-1", "-o", file.toString(), "--json"))
                .isZero();
        assertThat(json().path("entries").asInt()).isEqualTo(4);
        assertThat(entries(file))
                .containsExactly("lifeboat.json", "config.dump", "spec.dump", "checkpoint/", "checkpoint/pages");
        assertThat(keyed("export", "m-2-save-1", "-o", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("it is there already");

        Path data = data("m-1-save-1");
        byte[] bytes = Files.readAllBytes(data);
        bytes[bytes.length / 2] ^= 1;
        Files.write(data, bytes);
        assertThat(keyed("export", "m-1-save-1", "-o", folder.resolve("bad.tar").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("data-0000, chunk 0");
        try (var left = Files.list(folder)) {
            assertThat(left).noneMatch(each -> each.getFileName().toString().startsWith("bad"));
        }
    }

    private static List<String> entries(Path file) throws Exception {
        var names = new ArrayList<String>();
        try (var tar = new TarArchiveInputStream(Files.newInputStream(file))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                names.add(entry.getName());
                if (entry.getName().endsWith("pages")) {
                    assertThat(tar.readAllBytes()).hasSize(Shelf.PAGES * 4096);
                }
            }
        }
        return names;
    }

    private static List<ExportCheckpoint.Image> images(PageSource pages, String dumper) {
        assertThat(dumper).isEqualTo("criu 4.1.1");
        return List.of(new ExportCheckpoint.Image("pages", Shelf.PAGES * 4096L, out -> {
            for (Extent extent : pages.extents(pages.objects().getFirst())) {
                var content = ByteBuffer.allocate((int) extent.length());
                pages.read(extent, content);
                out.write(content.array());
            }
        }));
    }

    @Test
    void whatNobodyHasRestoredIsRemovedByForceOnly() throws Exception {
        assertThat(run("rm", "m-1-save-1")).isEqualTo(1);
        assertThat(out.toString()).contains("may be the only copy");
        assertThat(keyed("verify", "m-1-save-1")).isZero();
        shelf.restore("m-1-save-1");
        assertThat(run("rm", "m-1-save-1")).isZero();
        assertThat(run("ls", "--json")).isZero();
        assertThat(json().findValuesAsText("id")).containsExactly("m-2-save-1");
        assertThat(run("rm", "m-2-save-1", "--force")).isZero();
        assertThat(new FolderStore(shelf.root).list("checkpoints/m-2-save-1/"))
                .containsExactly("checkpoints/m-2-save-1/manifest");
    }

    @Test
    void whatARestoreStillFetchesPagesOfIsNotRemoved() throws Exception {
        shelf.restoreLazily("m-1-save-1");
        shelf.restore("m-1-save-1");
        shelf.restore("m-2-save-1");
        assertThat(run("rm", "m-1-save-1")).isEqualTo(1);
        assertThat(keyed("gc", "--older-than", "0s", "--keep", "0", "--json")).isZero();
        assertThat(json().path("retired")).extracting(JsonNode::asText).containsExactly("m-2-save-1");
        assertThat(keyed("verify", "m-1-save-1")).isZero();
        shelf.filled("m-1-save-1");
        assertThat(run("rm", "m-1-save-1")).isZero();
    }

    @Test
    void retentionKeepsAWorkloadsNewestAndWhatNobodyHasRestored() throws Exception {
        shelf.restore("m-1-save-1");
        shelf.restore("m-2-save-1");
        shelf.save("m-3-save-1", "demo/counter", 2, 0);
        shelf.save("m-4-save-1", "demo/other", 3, 0);
        assertThat(keyed("gc", "--older-than", "0s", "--dry-run", "--json")).isZero();
        assertThat(json().path("retired")).extracting(JsonNode::asText).containsExactly("m-2-save-1", "m-1-save-1");
        assertThat(keyed("gc", "--older-than", "1d", "--json")).isZero();
        assertThat(json().path("retired")).isEmpty();
        assertThat(keyed("gc", "--older-than", "0s", "--keep", "2")).isZero();
        assertThat(run("ls", "--json")).isZero();
        assertThat(json().findValuesAsText("id")).containsExactly("m-2-save-1", "m-3-save-1", "m-4-save-1");
    }

    @Test
    void mistakesAreToldInOneLine() {
        assertThat(call("ls")).isEqualTo(2);
        assertThat(err.toString()).contains("which store?");
        assertThat(call("ls", "--store", folder.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("there is no folder");
        assertThat(run("show", "m-1-save-1")).isEqualTo(2);
        assertThat(err.toString()).contains("--key-file");
        assertThat(keyed("show", "../etc")).isEqualTo(2);
        assertThat(keyed("gc", "--older-than", "soon")).isEqualTo(2);
    }

    private Path data(String id) throws Exception {
        try (var files = Files.walk(shelf.root.resolve("checkpoints").resolve(id))) {
            return files.filter(file -> file.endsWith("data-0000")).findFirst().orElseThrow();
        }
    }

    private JsonNode json() throws Exception {
        return JSON.readTree(out.toString());
    }

    private int keyed(String... arguments) {
        var more = new ArrayList<>(List.of(arguments));
        more.addAll(List.of("--key-file", shelf.keyFile.toString()));
        return run(more.toArray(new String[0]));
    }

    private int run(String... arguments) {
        var more = new ArrayList<>(Arrays.asList(arguments));
        more.addAll(List.of("--store", shelf.root.toString()));
        return call(more.toArray(new String[0]));
    }

    private int call(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return CheckpointCommand.commandLine(CheckpointCommandTest::images)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
