package dev.lifeboat.edge.telemetry;

import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.notice.Sighting;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What made a node's workloads leave: the first word that did and holds; where all is taken back, the first that did.
enum Announced {
    PREEMPTION,
    DRAIN,
    DEATH,
    /// Nothing is known of it any more.
    UNKNOWN;

    static Announced by(@Nullable Reclaim reclaim) {
        return first(reclaim).map(Announced::of).orElse(UNKNOWN);
    }

    static Announced of(Notice notice) {
        return switch (notice) {
            case Notice.Preemption _ -> PREEMPTION;
            case Notice.Drain _ -> DRAIN;
            case Notice.Death _ -> DEATH;
            case Notice.Advisory _, Notice.Withdrawal _, Notice.Canary _ -> UNKNOWN;
        };
    }

    /// The notice that the window counts from.
    static Optional<Notice> first(@Nullable Reclaim reclaim) {
        return reclaim == null
                ? Optional.empty()
                : Stream.concat(
                                reclaim.standingWords().stream(),
                                reclaim.sightings().stream().map(Sighting::first))
                        .filter(notice -> notice instanceof Notice.Preemption
                                || notice instanceof Notice.Drain
                                || notice instanceof Notice.Death)
                        .findFirst();
    }
}
