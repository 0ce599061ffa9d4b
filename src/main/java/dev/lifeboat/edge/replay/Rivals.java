package dev.lifeboat.edge.replay;

import java.util.List;

/// The strategies that ours is held against, each with the same machines, workloads and waits.
final class Rivals {
    private final Model model;
    private final List<List<Stay>> losses;

    Rivals(Model model, List<List<Stay>> losses) {
        this.model = model;
        this.losses = losses;
    }

    /// Nothing is kept: a workload begins anew.
    Ledger restart() {
        var ledger = new Ledger("restart from scratch");
        for (List<Stay> node : losses) {
            for (Stay stay : node) {
                ledger.lose(stay.until(), stay.seconds() % model.job().toSeconds());
                ledger.miss();
            }
        }
        return ledger;
    }

    /// A full checkpoint every `interval` seconds, during which the workload stands still.
    Ledger periodic(String name, double interval) {
        var ledger = new Ledger(name);
        double cost =
                model.seconds((double) model.memory().bytes(), model.uplink().bytesPerSecond());
        for (List<Stay> node : losses) {
            for (Stay stay : node) {
                double cycles = Math.floor(stay.seconds() / (interval + cost));
                double since = Math.min(interval, stay.seconds() - cycles * (interval + cost));
                ledger.lose(stay.until(), cycles * cost + since + model.restore());
                ledger.send(cycles * model.ratio() * model.memory().bytes());
                ledger.miss();
            }
        }
        return ledger;
    }

    /// √(2·δ·MTTF) (Young 1974, Daly 2006).
    double youngDaly() {
        double cost =
                model.seconds((double) model.memory().bytes(), model.uplink().bytesPerSecond());
        return Math.sqrt(2 * cost * meanStay());
    }

    /// The interval at which full checkpoints send as much as `bytes`.
    double intervalFor(double bytes) {
        double cost =
                model.seconds((double) model.memory().bytes(), model.uplink().bytesPerSecond());
        double checkpoints = bytes / (model.ratio() * model.memory().bytes());
        double running =
                losses.stream().flatMap(List::stream).mapToDouble(Stay::seconds).sum();
        return Math.max(1, running / Math.max(1, checkpoints) - cost);
    }

    private double meanStay() {
        return losses.stream()
                .flatMap(List::stream)
                .mapToDouble(Stay::seconds)
                .average()
                .orElse(1);
    }
}
