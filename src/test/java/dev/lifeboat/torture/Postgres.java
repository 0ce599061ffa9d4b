package dev.lifeboat.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.workload.Connections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// PostgreSQL under pgbench, which moves money about: whatever happens, all balances add up to what the history says.
///
/// It runs as root behind libuid-wrapper, which it is told nothing of: CRIU may not read the limits of another user's
/// process where root has no CAP_SYS_RESOURCE, as in many containers. It has an IPC namespace of its own, as in a pod:
/// without one CRIU leaves System V's shared memory out.
final class Postgres implements Victim {
    private static final String BIN = "/usr/lib/postgresql/17/bin/";

    /// Whom it takes itself for; the owner of its folder.
    private static final String USER = "70";

    /// Of 100,000 accounts, 15 MB each.
    private static final String SCALE = "10";

    private final DebianTree debian;
    private final Path volume;
    private final String port;
    private final Connections connections;

    /// pgbench with four connections, where they are kept or closed.
    private Optional<Process> bench = Optional.empty();

    private long before;

    /// @param volume its files, as on a persistent volume; they need not travel
    Postgres(DebianTree debian, Path volume, int port, Connections connections) {
        this.connections = connections;
        this.debian = debian;
        this.volume = volume;
        this.port = Integer.toString(port);
    }

    @Override
    public Connections connections() {
        return connections;
    }

    @Override
    public List<String> command(Path folder) throws Exception {
        Path data = Files.createDirectories(volume.resolve("data"));
        initialise(data);
        var words = new ArrayList<>(List.of("/usr/bin/env", "UID_WRAPPER=1", "UID_WRAPPER_ROOT=0"));
        for (String each : List.of("RUID", "EUID", "RGID", "EGID")) {
            words.add("UID_WRAPPER_INITIAL_" + each + "=" + USER);
        }
        words.addAll(List.of("/usr/bin/unshare", "--ipc"));
        words.addAll(debian.command(
                List.of("libuid_wrapper.so"),
                BIN + "postgres",
                "-D",
                data.toString(),
                "-p",
                port,
                "-k",
                "",
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "shared_buffers=64MB"));
        return words;
    }

    /// initdb runs programs beside it, so it wants the tree for its root.
    private void initialise(Path data) throws IOException, InterruptedException {
        String tree = debian.folder().toString();
        String script = """
                set -e
                mount --bind '%1$s' '%2$s/pgdata'
                mount --bind /dev '%2$s/dev'
                mount -t proc proc '%2$s/proc'
                chown %3$s:%3$s '%1$s'
                chroot --userspec=%3$s:%3$s '%2$s' %4$sinitdb -D /pgdata -U postgres --auth=trust --no-sync \\
                    --encoding=UTF8 --locale=C
                """.formatted(data, tree, USER, BIN);
        debian.run(List.of("unshare", "--mount", "sh", "-c", script));
    }

    @Override
    public void load() throws Exception {
        StepLog.awaits("PostgreSQL", this::answers);
        pgbench("--initialize", "--scale", SCALE, "--quiet");
        pgbench("--no-vacuum", "--client", "4", "--transactions", "500");
        before = transactions();
        if (connections != Connections.REFUSE) {
            // 100 a second: it takes 20 s, and longer by what it stands still.
            var command = words("pgbench", "--no-vacuum", "--client", "4", "--transactions", "500", "--rate", "100");
            bench = Optional.of(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(volume.resolve("pgbench.log").toFile())
                    .start());
            StepLog.awaits("more transactions", () -> transactions() > before + 50);
        }
    }

    @Override
    public void beforeSave() {
        assertThat(bench.map(Process::isAlive).orElse(true)).as("pgbench").isTrue();
    }

    /// Kept, it did all that it was to do and nothing failed; closed, it said so and gave up.
    private void awaitBench(Process running) throws Exception {
        int code = running.waitFor();
        if (connections == Connections.KEEP) {
            assertThat(code)
                    .as("pgbench: %s", Files.readString(volume.resolve("pgbench.log")))
                    .isZero();
            assertThat(transactions()).isEqualTo(before + 4 * 500);
        } else {
            assertThat(code).as("pgbench, whose connections were closed").isNotZero();
        }
    }

    @Override
    public void close() {
        bench.ifPresent(Process::destroyForcibly);
    }

    private boolean answers() throws Exception {
        var command = new ArrayList<>(debian.command(BIN + "pg_isready", "-h", "127.0.0.1", "-p", port));
        return new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private String pgbench(String... arguments) throws Exception {
        return client("pgbench", arguments);
    }

    private String client(String program, String... arguments) throws Exception {
        return debian.run(words(program, arguments));
    }

    private List<String> words(String program, String... arguments) throws IOException {
        var words = new ArrayList<>(List.of("/usr/bin/env", "PGDATABASE=postgres"));
        words.addAll(debian.command(BIN + program, "-h", "127.0.0.1", "-p", port, "-U", "postgres"));
        words.addAll(List.of(arguments));
        return words;
    }

    private String ask(String question) throws Exception {
        return client("psql", "-Atq", "-c", question);
    }

    @Override
    public void verify() throws Exception {
        if (bench.isPresent()) {
            awaitBench(bench.get());
        }
        assertThat(consistent())
                .as("balances of accounts, branches, tellers, and the history")
                .isTrue();
        long then = transactions();
        pgbench("--no-vacuum", "--client", "4", "--transactions", "250");
        assertThat(transactions()).isEqualTo(then + 1_000);
        assertThat(consistent()).isTrue();
        ask("create extension if not exists amcheck");
        assertThat(ask("select count(bt_index_check(i.indexrelid, true)) from pg_index i join pg_class c on c.oid ="
                        + " i.indrelid where c.relname like 'pgbench%'"))
                .isNotEqualTo("0");
    }

    private long transactions() throws Exception {
        return Long.parseLong(ask("select count(*) from pgbench_history"));
    }

    private boolean consistent() throws Exception {
        return ask("select a = b and b = t and t = h from (select sum(abalance) a from pgbench_accounts) a, (select"
                        + " sum(bbalance) b from pgbench_branches) b, (select sum(tbalance) t from pgbench_tellers) t,"
                        + " (select sum(delta) h from pgbench_history) h")
                .equals("t");
    }
}
