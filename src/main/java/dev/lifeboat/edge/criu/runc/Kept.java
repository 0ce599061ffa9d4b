package dev.lifeboat.edge.criu.runc;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What stands beside CRIU's images of a container, and in its bundle: `lifeboat-container.json`, with the container's
/// own config beside it.
///
/// @param id by which runc knows it, the same on every node
/// @param layers of its image, the topmost first; the same paths on every node
record Kept(String id, List<String> layers) {
    static final String FILE = "lifeboat-container.json";
    static final String CONFIG = "lifeboat-config.json";
    static final String CHANGES = "lifeboat-rootfs.tar";

    private static final JsonMapper JSON = new JsonMapper();

    Kept {
        layers = List.copyOf(layers);
        if (!id.matches("[a-z0-9][a-z0-9._-]{0,250}")) {
            throw new IllegalArgumentException("no container's id: " + id);
        }
    }

    static Kept read(Path folder) throws IOException {
        try {
            return JSON.readValue(folder.resolve(FILE).toFile(), Kept.class);
        } catch (JacksonException wrong) {
            throw new IOException(folder.resolve(FILE) + ": " + wrong.getOriginalMessage(), wrong);
        }
    }

    /// @param config the container's config, as it was given
    void write(Path folder, Path config) throws IOException {
        JSON.writeValue(folder.resolve(FILE).toFile(), this);
        Files.copy(config, folder.resolve(CONFIG));
    }

    List<Path> paths() {
        return layers.stream().map(Path::of).toList();
    }
}
