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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A workload file: one process tree, or one container, that an agent starts and looks after.
///
/// ```json
/// {"id": "demo/victim", "command": ["/usr/bin/python3", "count.py"], "class": "victim-v1", "labels": {"tier": "high"}}
/// {"id": "shop/cart", "container": {"config": "/etc/cart/config.json", "layers": ["/srv/images/cart"]}}
/// ```
///
/// @param id `namespace/name`
/// @param command started in the workload's folder, as a session of its own, its output in `output.log` there; empty
///     for a container
/// @param container what runs instead of a command
/// @param classKey `class` in the file: what makes workloads alike for the forecast; when left out, the command or the
///     container's layers
/// @param volumeZones where what it has mounted can be attached; anywhere when left out
/// @param devices models that it uses, such as `nvidia-t4`, once for each
public record ProcessSpec(
        WorkloadId id,
        List<String> command,
        @Nullable Container container,
        String classKey,
        Map<String, String> labels,
        Set<String> volumeZones,
        List<String> devices) {
    /// A workload file is a few lines.
    private static final long LONGEST_FILE = 64 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public ProcessSpec {
        command = List.copyOf(command);
        labels = Map.copyOf(labels);
        volumeZones = Set.copyOf(volumeZones);
        devices = List.copyOf(devices);
        if (command.isEmpty() == (container == null)) {
            throw new IllegalArgumentException("it needs an \"id\", and a \"command\" or a \"container\"");
        }
    }

    /// A container under runc.
    ///
    /// @param config its `config.json`, of the OCI runtime specification
    /// @param layers folders of its image, the topmost first; every node needs them at the same place
    public record Container(Path config, List<Path> layers) {
        public Container {
            layers = List.copyOf(layers);
            if (layers.isEmpty()) {
                throw new IllegalArgumentException("a container needs the \"layers\" of its image");
            }
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
            @Nullable ContainerOnFile container,
            @JsonProperty("class") @Nullable String classKey,
            @Nullable Map<String, String> labels,
            @Nullable Set<String> volumeZones,
            @Nullable List<String> devices) {
        ProcessSpec toSpec() {
            if (id == null) {
                throw new IllegalArgumentException("it needs an \"id\", and a \"command\" or a \"container\"");
            }
            List<String> words = command == null ? List.of() : command;
            Container box = container == null ? null : container.toContainer();
            String usual = box == null ? String.join(" ", words) : box.layers().toString();
            return new ProcessSpec(
                    WorkloadId.parse(id),
                    words,
                    box,
                    classKey == null ? usual : classKey,
                    labels == null ? Map.of() : labels,
                    volumeZones == null ? Set.of() : volumeZones,
                    devices == null ? List.of() : devices);
        }
    }

    private record ContainerOnFile(
            @Nullable String config, @Nullable List<String> layers) {
        Container toContainer() {
            if (config == null || layers == null) {
                throw new IllegalArgumentException("a container needs a \"config\" and \"layers\"");
            }
            return new Container(Path.of(config), layers.stream().map(Path::of).toList());
        }
    }
}
