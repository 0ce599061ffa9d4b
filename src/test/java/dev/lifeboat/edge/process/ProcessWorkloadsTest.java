package dev.lifeboat.edge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessWorkloadsTest {
    private static final WorkloadId ID = new WorkloadId("demo", "sleeper");

    @TempDir
    private Path folder;

    private Path specFile;
    private ProcessWorkloads workloads;

    @BeforeEach
    void writeSpec() throws IOException {
        specFile = folder.resolve("sleeper.json");
        Files.writeString(specFile, """
                {"id": "demo/sleeper", "command": ["sleep", "600"], "class": "sleeper", "labels": {"tier": "high"}}
                """);
        workloads = again();
    }

    @AfterEach
    void leaveNothingRunning() throws InterruptedException {
        workloads.kill(ID);
    }

    @Test
    void aStartedWorkloadIsFoundByTheNextAgent() throws IOException {
        long pid = workloads.start(ProcessSpec.read(specFile), specFile);

        assertThat(again().find(ID)).hasValueSatisfying(evacuee -> {
            assertThat(evacuee.pid()).isEqualTo(pid);
            assertThat(evacuee.origin()).isEmpty();
            assertThat(evacuee.workload().classKey()).isEqualTo("sleeper");
            assertThat(evacuee.workload().labels()).containsEntry("tier", "high");
            assertThat(evacuee.workload().footprint().resident().bytes()).isPositive();
            assertThat(evacuee.workload().footprint().tasks()).isEqualTo(1);
        });
        assertThat(again().running()).extracting(Evacuee::pid).containsExactly(pid);
    }

    @Test
    void startingTwiceStartsOnce() throws IOException {
        var spec = ProcessSpec.read(specFile);
        assertThat(workloads.start(spec, specFile)).isEqualTo(again().start(spec, specFile));
    }

    @Test
    void aKilledWorkloadIsGone() throws Exception {
        long pid = workloads.start(ProcessSpec.read(specFile), specFile);
        workloads.kill(ID);
        assertThat(workloads.find(ID)).isEmpty();
        assertThat(Tree.startTicks(pid)).isEmpty();
        workloads.kill(ID);
    }

    @Test
    void anotherProcessUnderTheSameNumberIsNotTheWorkload() throws Exception {
        long pid = workloads.start(ProcessSpec.read(specFile), specFile);
        Path memory = folder.resolve("memory").resolve("demo_sleeper.json");
        Files.writeString(memory, "{\"pid\": " + pid + ", \"startTicks\": 1, \"restoredFrom\": null}");
        assertThat(workloads.find(ID)).isEmpty();
        Tree.kill(pid);
    }

    @Test
    void anAdoptedWorkloadRemembersItsCheckpoint() throws IOException {
        long pid = workloads.start(ProcessSpec.read(specFile), specFile);
        workloads.adopt(ID, pid, new CheckpointId("c-1"));
        assertThat(again().find(ID).orElseThrow().origin()).contains(new CheckpointId("c-1"));
    }

    @Test
    void aWorkloadInTheMiddleOfAnExecIsNotGone() throws IOException {
        Path script = Files.writeString(folder.resolve("again.sh"), "exec sh \"$0\"\n");
        Files.writeString(specFile, "{\"id\": \"demo/sleeper\", \"command\": [\"sh\", \"" + script + "\"]}");
        workloads.start(ProcessSpec.read(specFile), specFile);
        for (int look = 0; look < 300; look++) {
            assertThat(workloads.find(ID)).as("look %d", look).isPresent();
        }
    }

    @Test
    void aSpecWithAnUnknownFieldSaysWhichFileAndField() throws IOException {
        Files.writeString(specFile, "{\"id\": \"demo/x\", \"comand\": [\"true\"]}");
        assertThatThrownBy(() -> ProcessSpec.read(specFile))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sleeper.json")
                .hasMessageContaining("comand");
    }

    private ProcessWorkloads again() throws IOException {
        return new ProcessWorkloads(folder.resolve("root"), folder.resolve("memory"));
    }
}
