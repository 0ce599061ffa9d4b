package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.criu.CpuState;
import dev.lifeboat.plan.CpuFacts;
import dev.lifeboat.plan.HostFacts;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// This machine, as /proc shows it (proc(5)).
final class Machine {
    private static final Path PROC = Path.of("/proc");

    private Machine() {}

    /// @param criu its version, such as `4.1.1`
    /// @param runtime what starts workloads, such as `runc 1.3.0`
    static HostFacts facts(String criu, CpuState state, String runtime) throws IOException {
        return new HostFacts(architecture(), cpu(state), kernel(), criu, runtime);
    }

    static String kernel() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/osrelease")).strip();
    }

    /// The processor's name, for people.
    static String model() throws IOException {
        return firstProcessor().getOrDefault("model name", "unknown");
    }

    /// What could be had for a restore right now.
    static ByteCount available() throws IOException {
        for (String line : Files.readAllLines(PROC.resolve("meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                return new ByteCount(Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024);
            }
        }
        throw new IOException("/proc/meminfo has no MemAvailable; this needs Linux 3.14 or newer");
    }

    /// As Kubernetes spells it.
    static String architecture() {
        String java = System.getProperty("os.arch");
        return switch (java) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> java;
        };
    }

    private static CpuFacts cpu(CpuState state) throws IOException {
        Map<String, String> processor = firstProcessor();
        return new CpuFacts(
                processor.getOrDefault("vendor_id", processor.getOrDefault("CPU implementer", "unknown")),
                number(processor.get("cpu family")),
                number(processor.get("model")),
                number(processor.get("stepping")),
                Stream.of(processor
                                .getOrDefault("flags", processor.getOrDefault("Features", ""))
                                .split(" ", -1))
                        .filter(flag -> !flag.isBlank())
                        .collect(Collectors.toUnmodifiableSet()),
                state.xstateMask(),
                state.xsaveSize(),
                state.xsaveSizeMax());
    }

    private static int number(@Nullable String text) {
        return text == null || !text.matches("[0-9]{1,9}") ? 0 : Integer.parseInt(text);
    }

    private static Map<String, String> firstProcessor() throws IOException {
        var fields = new HashMap<String, String>();
        List<String> lines = Files.readAllLines(PROC.resolve("cpuinfo"));
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                break;
            }
            fields.put(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return fields;
    }
}
