package dev.lifeboat.edge.demo.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Provided;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeIT {
    @TempDir
    private Path folder;

    private Network network;
    private Node first;
    private Node second;

    @BeforeEach
    void start() throws Exception {
        Provided.root();
        network = Network.create(ProcessHandle.current().pid());
        first = Node.start(plan("node-a", 1), network);
        second = Node.start(plan("node-b", 2), network);
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
        network.close();
    }

    @Test
    void givesEachNodeItsOwnFolderAtTheSamePath() throws Exception {
        Path seen = folder.resolve("seen/mark");
        Shell.run(first.inside(List.of("sh", "-c", "echo first > " + seen)));
        Shell.run(second.inside(List.of("sh", "-c", "echo second > " + seen)));

        assertThat(folder.resolve("node-a/mark")).hasContent("first");
        assertThat(folder.resolve("node-b/mark")).hasContent("second");
        assertThat(seen).doesNotExist();
    }

    @Test
    void keepsTheNodesProcessNumbersApart() throws Exception {
        long one = Long.parseLong(Shell.run(first.inside(List.of("sh", "-c", "echo $$"))));
        long other = Long.parseLong(Shell.run(second.inside(List.of("sh", "-c", "echo $$"))));
        assertThat(one).isBetween(10_000L, 19_999L);
        assertThat(other).isBetween(20_000L, 29_999L);
    }

    @Test
    void connectsTheNodesToThisMachine() throws Exception {
        assertThat(Shell.run(first.inside(List.of("ip", "route", "get", network.host()))))
                .contains("dev eth0 src " + first.address());
        first.addAddress("169.254.169.254");
        assertThat(Shell.run(first.inside(List.of("ip", "-o", "address", "show", "lo"))))
                .contains("169.254.169.254/32");
        assertThat(Shell.run(second.inside(List.of("ip", "-o", "address", "show", "lo"))))
                .doesNotContain("169.254.169.254");
    }

    @Test
    void killsWhatRunsOnANodeWithTheNode() throws Exception {
        Path log = Files.createFile(folder.resolve("log"));
        Part part = Part.start(
                "sleeper", first.inside(List.of("sh", "-c", "setsid sleep 600 & exec sleep 601")), log, Map.of());

        Shell.run("timeout", "10", "sh", "-c", "until ps -eo args | grep -q '^sleep 600'; do :; done");

        first.kill();

        assertThat(part.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Shell.run("sh", "-c", "ps -eo args | grep '^sleep 60[01]' || true"))
                .isEmpty();
    }

    private Node.Plan plan(String name, int number) {
        return new Node.Plan(name, number, folder.resolve(name), folder.resolve("seen"), folder.resolve("scratch"));
    }
}
