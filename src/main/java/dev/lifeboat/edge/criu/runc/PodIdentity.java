package dev.lifeboat.edge.criu.runc;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;

/// Whose container a checkpoint is of: `lifeboat-pod.json` beside CRIU's images. What replaces the pod has another name
/// and uid, but the same owner, the same container and the same image.
///
/// @param name of the pod that was saved
/// @param uid likewise
/// @param owner uid of the pod's controller; the pod's own name where it has none
/// @param container its name in the pod's spec
/// @param image as the node knows it, by digest where there is one
public record PodIdentity(String namespace, String name, String uid, String owner, String container, String image) {
    static final String FILE = "lifeboat-pod.json";

    private static final JsonMapper JSON = new JsonMapper();

    static PodIdentity read(Path folder) throws IOException {
        try {
            return JSON.readValue(folder.resolve(FILE).toFile(), PodIdentity.class);
        } catch (JacksonException wrong) {
            throw new IOException(folder.resolve(FILE) + ": " + wrong.getOriginalMessage(), wrong);
        }
    }

    /// Puts it beside CRIU's images.
    public void write(Path folder) throws IOException {
        JSON.writeValue(folder.resolve(FILE).toFile(), this);
    }
}
