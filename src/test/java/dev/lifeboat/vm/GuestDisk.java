package dev.lifeboat.vm;

import dev.lifeboat.edge.demo.victim.Victim;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.estimate.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The second disk of every guest: the packaged program, the workload's file, the store's key, and the script
/// that starts the agent.
final class GuestDisk {
    static final String KEY = "0123456789abcdef".repeat(4);
    static final String WORKLOAD = "vm/victim";

    /// Workloads of hardly any size on node-b, which a drain moves to node-a, where they end: saves for the planner to
    /// learn from. The first says nothing, since nobody knows the link before it.
    static final int SMALL = Settings.MIN_RESIDUALS + 3;

    /// More than a MiB once it is packed: less says nothing of the link.
    private static final String SMALL_PROGRAM = """
            kept=$(head -c 1600000 /dev/urandom | base64 -w 0)
            while [ ! -e /run/node-a ]; do sleep 10; done
            sleep 20
            """;

    private GuestDisk() {}

    /// @param outside broker and store on this machine's loopback: the guest finds them on its own
    static Path make(Path folder, Path runner, Outside outside, Load load) throws IOException, InterruptedException {
        Path content = Files.createDirectories(folder.resolve("disk"));
        run("cp", "-al", runner.getParent().toString(), content.resolve("app").toString());
        Files.writeString(content.resolve("key"), KEY);
        Files.writeString(content.resolve("victim.json"), victim(jar(content.resolve("app/app")), load));
        Files.writeString(content.resolve("small"), SMALL_PROGRAM);
        for (int each = 1; each <= SMALL; each++) {
            Files.writeString(content.resolve("small-" + each + ".json"), """
                    {"id": "vm/small-%d", "class": "vm-small", "command": ["/bin/sh", "/mnt/work/small"]}
                    """.formatted(each));
        }
        return make(content, script(outside), 320);
    }

    /// @param content a folder; the disk lies beside it
    /// @param script that the guest runs
    static Path make(Path content, String script, int mebibytes) throws IOException, InterruptedException {
        Path file = Files.writeString(content.resolve("run"), script);
        run("chmod", "755", file.toString());
        Path disk = content.resolveSibling(content.getFileName() + ".ext4");
        run(
                "mke2fs",
                "-q",
                "-t",
                "ext4",
                "-O",
                "^has_journal",
                "-d",
                content.toString(),
                disk.toString(),
                mebibytes + "M");
        return disk;
    }

    /// What is on this machine's loopback, and seems to the guest to be on its own.
    record Outside(int brokerPort, StoreLocation.S3 store) {}

    /// What the workload does.
    ///
    /// @param churn share of its memory that it rewrites a second
    record Load(int mebibytes, double churn, long seed) {}

    private static Path jar(Path folder) throws IOException {
        try (var jars = Files.list(folder)) {
            return jars.filter(jar -> jar.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String victim(Path jar, Load load) {
        return """
                {"id": "%s", "class": "vm-victim", "command": [
                  "/opt/jdk/bin/java", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-Xmx24m",
                  "-XX:MaxDirectMemorySize=%dm", "-cp", "/mnt/work/app/app/%s", "%s", "--threads", "1",
                  "--memory", "%d", "--churn", "%s", "--pass", "4000", "--seed", "%d", "--ticks", "ticks.log"]}
                """.formatted(
                        WORKLOAD,
                        load.mebibytes * 2,
                        jar.getFileName(),
                        Victim.class.getName(),
                        load.mebibytes * 1024L * 1024L,
                        load.churn,
                        load.seed);
    }

    private static String script(Outside outside) {
        var store = outside.store();
        int storePort = store.endpoint().getPort();
        return """
                #!/bin/sh
                # Inside a guest: broker and store seem to be on its own loopback, as they are on the host's.
                option() { tr ' ' '\\n' </proc/cmdline | sed -n "s/^lifeboat.$1=//p"; }
                node=$(option node)
                for port in %1$d %2$d; do
                    socat "TCP-LISTEN:$port,bind=127.0.0.1,fork,reuseaddr" "TCP:10.0.2.2:$port" &
                done
                # Without these each look for the own name waits for a name server that is not there.
                hostname "$node"
                %8$s
                echo "127.0.0.1 localhost $node" >/etc/hosts
                : >/etc/resolv.conf
                socat TCP-LISTEN:%7$d,fork,reuseaddr "SYSTEM:cat /run/lifeboat/workloads/%3$s/ticks.log" 2>/dev/null &
                if [ "$node" = node-a ]; then
                    touch /run/node-a
                    start="--start /mnt/work/victim.json"
                else
                    for each in /mnt/work/small-*.json; do start="$start --start $each"; done
                fi
                option first-pid >/proc/sys/kernel/ns_last_pid
                export LIFEBOAT_AGENT_STORE_ACCESS_KEY=%4$s LIFEBOAT_AGENT_STORE_SECRET_KEY=%5$s
                export LIFEBOAT_AGENT_STORE_MEMORY_MEBIBYTES=64
                export LIFEBOAT_AGENT_BACKGROUND_PROCESSOR_SHARE=1 LIFEBOAT_AGENT_STORE_TIMEOUT=30s
                # Through a pipe, since a terminal would be given colours.
                /opt/jdk/bin/java -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote -XX:+UseSerialGC \\
                    -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xmx160m \\
                    -XX:MaxDirectMemorySize=400m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \\
                    -jar /mnt/work/app/quarkus-run.jar agent --node "$node" --kafka 127.0.0.1:%1$d \\
                    --store s3://%6$s --store-endpoint http://127.0.0.1:%2$d --key-file /mnt/work/key \\
                    --state /run/lifeboat/agent --http-port 0 $start 2>&1 | cat
                """.formatted(
                        outside.brokerPort(),
                        storePort,
                        WORKLOAD,
                        store.credentials().accessKey(),
                        store.credentials().secretKey(),
                        store.bucket(),
                        Guest.TICKS_PORT,
                        Guest.SMALL_PAGES);
    }

    static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(List.of(command) + ": " + said);
        }
    }
}
