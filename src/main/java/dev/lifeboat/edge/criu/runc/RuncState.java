package dev.lifeboat.edge.criu.runc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What runc remembers of a container, in `ROOT/ID/state.json` (libcontainer, `State`).
///
/// @param pid of its first process
/// @param rootfs as this node sees it
/// @param bundle where it was started from
/// @param freezer the cgroup folder that stops it, version 1's or 2's
record RuncState(
        String id,
        long pid,
        Path rootfs,
        Path bundle,
        @Nullable Path freezer) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String BUNDLE = "bundle=";

    static RuncState read(Path file) throws IOException {
        JsonNode state = JSON.readTree(file.toFile());
        JsonNode cgroups = state.path("cgroup_paths");
        String freezer = cgroups.path("freezer").asText(cgroups.path("").asText(""));
        return new RuncState(
                state.path("id").asText(),
                state.path("init_process_pid").asLong(),
                Path.of(state.path("config").path("rootfs").asText()),
                bundle(state.path("config").path("labels"), file),
                freezer.isEmpty() ? null : Path.of(freezer));
    }

    private static Path bundle(JsonNode labels, Path file) throws IOException {
        for (JsonNode label : labels) {
            if (label.asText().startsWith(BUNDLE)) {
                return Path.of(label.asText().substring(BUNDLE.length()));
            }
        }
        throw new IOException(file + " names no bundle; is it a state of runc 1.1 or newer?");
    }
}
