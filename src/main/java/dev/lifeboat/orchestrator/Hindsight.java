package dev.lifeboat.orchestrator;

import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.migration.Migration;
import java.util.List;

/// What the journals of the whole cluster say to one who plans: how long saves have taken, and what else is being saved
/// now. A snapshot and somewhat late, like [View]; decisions that rest on it are journalled, it is not.
///
/// @param learned of all saves that have ended
/// @param underWay on other nodes too, whoever decides there
public record Hindsight(Estimator.State learned, List<Migration.AtRisk> underWay) {
    public static final Hindsight NONE = new Hindsight(new Estimator(Settings.DEFAULTS).state(), List.of());

    public Hindsight {
        underWay = List.copyOf(underWay);
    }
}
