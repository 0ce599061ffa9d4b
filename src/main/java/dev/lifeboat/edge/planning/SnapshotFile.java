package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads a snapshot file; whatever is wrong with it is told with line, column and field.
final class SnapshotFile {
    /// A node of 110 pods takes about 100 KiB, so this is a cluster of some 600 such nodes.
    private static final long MOST_BYTES = 64L << 20;

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private SnapshotFile() {}

    static ClusterSnapshot read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new BadInput(file + ": " + Files.size(file) + " bytes; a snapshot has at most " + MOST_BYTES);
            }
            return parse(file.toString(), Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new BadInput(file + ": there is no such file; --snapshot names a cluster snapshot in JSON");
        } catch (IOException e) {
            throw new BadInput(file + ": cannot be read: " + e.getMessage());
        }
    }

    static ClusterSnapshot parse(String file, byte[] json) {
        try {
            ClusterSnapshot snapshot = JSON.readValue(json, ClusterSnapshot.class);
            if (snapshot == null) {
                throw new BadInput(file + ": holds null, not a snapshot");
            }
            return snapshot;
        } catch (UnrecognizedPropertyException e) {
            throw new BadInput(place(file, e.getLocation()) + ": there is no field \"" + e.getPropertyName()
                    + "\" here; known are " + e.getKnownPropertyIds());
        } catch (JsonMappingException e) {
            String what = e.getCause() instanceof JsonProcessingException ? "not JSON, in " : "";
            throw new BadInput(place(file, e.getLocation()) + ": " + what + path(e) + ": " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw new BadInput(place(file, e.getLocation()) + ": not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new BadInput(file + ": cannot be read: " + e.getMessage());
        }
    }

    private static String place(String file, @org.jspecify.annotations.Nullable JsonLocation at) {
        return at == null ? file : file + ":" + at.getLineNr() + ":" + at.getColumnNr();
    }

    private static String path(JsonMappingException e) {
        var path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            } else {
                path.append('[').append(step.getIndex()).append(']');
            }
        }
        return path.toString();
    }
}
