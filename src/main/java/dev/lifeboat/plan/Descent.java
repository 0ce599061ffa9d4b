package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Goes down the fallback levels until one fits.
final class Descent {
    private final Straits straits;
    private final Duration left;

    Descent(Straits straits) {
        this.straits = straits;
        this.left = straits.left();
    }

    Fallback pick() {
        return Stream.of(
                        fitting(straits.staged(), needed -> new Fallback.GoOn(needed, left)),
                        fitting(straits.frozenNow(), needed -> new Fallback.FreezeNow(needed, left)),
                        fitting(
                                straits.otherCodec(),
                                needed -> new Fallback.ChangeCodec(straits.bound(), needed, left)),
                        spilled(),
                        dropped())
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(this::lost);
    }

    private Optional<Fallback> fitting(@Nullable Estimate estimate, Function<Duration, Fallback> level) {
        if (!(estimate instanceof Estimate.Forecast forecast)) {
            return Optional.empty();
        }
        Duration needed = straits.confidence().of(forecast.durable());
        return needed.compareTo(left) <= 0 ? Optional.of(level.apply(needed)) : Optional.empty();
    }

    private Optional<Fallback> spilled() {
        Straits.Spilling spill = straits.spill();
        return spill == null
                ? Optional.empty()
                : fitting(spill.estimate(), needed -> new Fallback.Spill(spill.survivor(), needed, left));
    }

    /// The fewest, from the one worth least per remaining second up; never one that is worth more than the save it
    /// would make room for, and never part of a group.
    private Optional<Fallback> dropped() {
        List<Straits.Rival> rising = straits.rivals().stream()
                .filter(rival -> rival.claimed().density() < straits.own().density())
                .sorted(Comparator.comparingDouble(rival -> rival.claimed().density()))
                .toList();
        var dropped = new ArrayList<WorkloadId>();
        double given = 0;
        for (Straits.Rival rival : rising) {
            dropped.addAll(rival.members());
            given += rival.claimed().value();
            Optional<Fallback> fits = fitting(rival.without(), needed -> new Fallback.Drop(dropped, needed, left));
            if (fits.isPresent() || given >= straits.own().value()) {
                return given < straits.own().value() ? fits : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Fallback lost() {
        Straits.Background background = straits.background();
        return background == null ? new Fallback.Signal(left) : new Fallback.KeepBackground(background.loses(), left);
    }
}
