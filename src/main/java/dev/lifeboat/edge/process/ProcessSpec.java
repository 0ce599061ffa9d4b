package dev.lifeboat.edge.process;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A workload file: one process tree that an agent starts and looks after.
///
/// ```json
/// {"id": "demo/victim", "command": ["/usr/bin/python3", "count.py"], "class": "victim-v1", "labels": {"tier": "high"}}
/// ```
///
/// @param id `namespace/name`
/// @param command started in the workload's folder, as a session of its own, its output in `output.log` there
/// @param classKey `class` in the file: what makes workloads alike for the forecast; the command when left out
public record ProcessSpec(WorkloadId id, List<String> command, String classKey, Map<String, String> labels) {
    /// A workload file is a few lines.
    private static final long LONGEST_FILE = 64 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public ProcessSpec {
        command = List.copyOf(command);
        labels = Map.copyOf(labels);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a workload needs a command: " + id);
        }
    }

    /// @throws IOException saying what is wrong with which file
    public static ProcessSpec read(Path file) throws IOException {
        if (Files.size(file) > LONGEST_FILE) {
            throw new IOException(file + " is no workload file: longer than " + LONGEST_FILE + " bytes");
        }
        try {
            return JSON.readValue(file.toFile(), OnFile.class).toSpec();
        } catch (IllegalArgumentException | JacksonException wrong) {
            throw new IOException(file + " is no workload file: " + firstLine(wrong), wrong);
        }
    }

    private static String firstLine(Exception wrong) {
        return String.valueOf(wrong.getMessage()).lines().findFirst().orElse(wrong.toString());
    }

    /// As it stands in the file.
    private record OnFile(
            @Nullable String id,
            @Nullable List<String> command,
            @JsonProperty("class") @Nullable String classKey,
            @Nullable Map<String, String> labels) {
        ProcessSpec toSpec() {
            if (id == null || command == null || command.isEmpty()) {
                throw new IllegalArgumentException("it needs an \"id\" and a \"command\"");
            }
            return new ProcessSpec(
                    WorkloadId.parse(id),
                    command,
                    classKey == null ? String.join(" ", command) : classKey,
                    labels == null ? Map.of() : labels);
        }
    }
}
