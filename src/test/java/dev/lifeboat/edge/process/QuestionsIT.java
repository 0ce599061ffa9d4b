package dev.lifeboat.edge.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.edge.linux.ForeignNetwork;
import dev.lifeboat.policy.Exec;
import dev.lifeboat.policy.Http;
import dev.lifeboat.policy.Ready;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Asks a process in a network of its own, as a pod's is; needs root.
final class QuestionsIT {
    private static final String SERVER = """
            import http.server, os, sys
            os.chdir(sys.argv[1])
            server = http.server.HTTPServer(("127.0.0.1", 8080), http.server.SimpleHTTPRequestHandler)
            print("up", flush=True)
            server.serve_forever()
            """;

    private final Questions questions = new Questions(ForeignNetwork::inside);

    @TempDir
    private Path folder;

    private Process server;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("healthy"), "yes");
        server = new ProcessBuilder(
                        "unshare",
                        "--net",
                        "sh",
                        "-c",
                        "ip link set lo up; exec python3 -c \"$0\" \"$1\"",
                        SERVER,
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(server.inputReader().readLine()).isEqualTo("up");
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    @Test
    void itIsAskedInItsOwnNetwork() throws Exception {
        assertThat(lack(new Http(8080, "/healthy", Http.Method.GET), null, null))
                .isEmpty();
        assertThat(lack(new Http(8080, "/missing", Http.Method.GET), null, null))
                .get()
                .asString()
                .isEqualTo("GET :8080/missing is answered with: HTTP/1.0 404 File not found");
        assertThat(lack(new Http(8081, "/healthy", Http.Method.GET), null, null))
                .get()
                .asString()
                .contains("refused");
    }

    @Test
    void aCommandRunsWhereItRuns() throws Exception {
        assertThat(lack(
                        null,
                        new Exec(List.of("test", "-e", folder.resolve("healthy").toString())),
                        null))
                .isEmpty();
        assertThat(lack(null, new Exec(List.of("false")), null)).contains("[false] ended with 1");
        assertThat(lack(null, new Exec(List.of("sleep", "600")), null))
                .contains("[sleep, 600] has not ended within 2 s");
        assertThat(lack(null, new Exec(List.of("no-such-program")), null)).contains("[no-such-program] ended with 127");
    }

    @Test
    void aWorkerThatDiedDoesNotCount() throws Exception {
        Path ready = Files.createDirectory(folder.resolve("ready"));
        var two = new Ready.Marker(ready.toString(), 2);
        Files.createFile(ready.resolve(Long.toString(server.pid())));
        Files.createFile(ready.resolve("not-a-number"));
        Process worker = new ProcessBuilder("sleep", "600").start();
        Files.createFile(ready.resolve(Long.toString(worker.pid())));
        assertThat(lack(null, null, two)).isEmpty();

        worker.destroyForcibly().waitFor();

        assertThat(lack(null, null, two)).contains("1 of 2 workers are ready by " + ready);
        assertThat(lack(null, null, new Ready.Marker("/no/such/file", 0))).contains("there is no /no/such/file");
    }

    private Optional<String> lack(@Nullable Http http, @Nullable Exec exec, Ready.@Nullable Marker file)
            throws InterruptedException {
        var footprint = new Footprint(new ByteCount(1), ByteCount.ZERO, 1);
        var workload = new Workload(new WorkloadId("lab", "pi"), "Process", "pi", Map.of(), footprint);
        return questions.lack(
                new Evacuee(workload, server.pid(), null), new Ready(http, exec, file, Duration.ofMinutes(5)));
    }
}
