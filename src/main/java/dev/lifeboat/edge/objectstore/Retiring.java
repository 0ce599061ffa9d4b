package dev.lifeboat.edge.objectstore;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.BackgroundName;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which background checkpoints of a workload have had their day. Costs one listing.
record Retiring(ObjectStore store, WorkloadId workload, NodeName node) {
    /// The newest `last` that were committed stay, and all that somebody has claimed; so does what is
    /// not committed: it may be under way.
    List<CheckpointId> allBut(int last) {
        String start = BackgroundName.of(workload, node).start();
        List<String> keys = store.list("checkpoints/" + start);
        Pattern manifest = Pattern.compile("checkpoints/(" + Pattern.quote(start) + "[0-9]+)/manifest");
        return keys.stream()
                .map(manifest::matcher)
                .filter(Matcher::matches)
                .map(matcher -> new CheckpointId(matcher.group(1)))
                .sorted(Comparator.comparing(CheckpointId::value).reversed())
                .skip(last)
                .filter(id -> keys.stream().noneMatch(key -> Claims.isClaim(id, key)))
                .toList();
    }
}
