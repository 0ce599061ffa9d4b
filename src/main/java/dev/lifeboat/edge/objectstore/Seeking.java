package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CheckpointStore.Found;
import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks for a checkpoint whose name nobody knows, by what it is of.
///
/// Costs a listing of what begins like the workload's name, a read of each manifest there that nobody has
/// claimed, and nothing else: what was restored is known by its claim, from the listing alone.
record Seeking(ObjectStore store, Reading reading, WorkloadId workload, NodeName savedOn) {
    /// More unclaimed ones of one workload are somebody's heap of leftovers.
    private static final int MOST = 1_000;

    private static final String MANIFEST = "manifest";

    private record Dated(CheckpointId id, Instant savedAt) {}

    Optional<Found> since(Instant since) {
        return unclaimed()
                .limit(MOST)
                .flatMap(id -> dated(id).stream())
                .filter(dated -> !dated.savedAt().isBefore(since))
                .sorted(Comparator.comparing(Dated::savedAt).reversed())
                .flatMap(dated -> found(dated.id()).stream())
                .findFirst();
    }

    private Stream<CheckpointId> unclaimed() {
        String start = "checkpoints/" + MigrationId.readable(workload);
        Pattern ours = Pattern.compile("checkpoints/(" + Pattern.quote(MigrationId.readable(workload))
                + "[0-9a-f]{12}-[0-9]{1,9})/([^/]+)(?:/.*)?");
        Map<CheckpointId, List<String>> parts = new LinkedHashMap<>();
        for (String key : store.list(start)) {
            Matcher matcher = ours.matcher(key);
            if (matcher.matches()) {
                var id = new CheckpointId(matcher.group(1));
                parts.computeIfAbsent(id, _ -> new ArrayList<>())
                        .add(Claims.isClaim(id, key) ? "claim" : matcher.group(2));
            }
        }
        return parts.entrySet().stream()
                .filter(each ->
                        each.getValue().contains(MANIFEST) && !each.getValue().contains("claim"))
                .map(Map.Entry::getKey);
    }

    private Optional<Dated> dated(CheckpointId id) {
        try {
            return reading.envelope(id).map(ManifestFile::savedAt).map(savedAt -> new Dated(id, savedAt));
        } catch (CorruptCheckpoint _) {
            return Optional.empty();
        }
    }

    private Optional<Found> found(CheckpointId id) {
        Manifest manifest = manifest(id);
        return manifest != null
                        && manifest.facts().workload().equals(workload.toString())
                        && manifest.facts().node().equals(savedOn.value())
                ? Optional.of(new Found(id, manifest.size()))
                : Optional.empty();
    }

    private @Nullable Manifest manifest(CheckpointId id) {
        try {
            return reading.manifest(id);
        } catch (CorruptCheckpoint _) {
            return null;
        }
    }
}
