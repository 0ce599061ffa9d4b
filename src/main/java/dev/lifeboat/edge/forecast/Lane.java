package dev.lifeboat.edge.forecast;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.util.Map;
import java.util.random.RandomGenerator;

/// One process on one uplink, saved again and again: a background window, then a save, then the next window.
final class Lane {
    /// Seconds between the start of a window and the save.
    private static final double SHORTEST_GAP = 2;

    private static final double LONGEST_GAP = 30;

    private static final int MOST_ROUNDS = 3;
    private static final int TASKS = 8;

    private final String className;
    private final NodeName node;
    private final Script script;
    private final Wire wire;
    private final double ratio;
    private final RandomGenerator chance;
    private Turn turn;

    Lane(String className, NodeName node, Script script, Wire wire, double ratio, RandomGenerator chance) {
        this.className = className;
        this.node = node;
        this.script = script;
        this.wire = wire;
        this.ratio = ratio;
        this.chance = chance;
        this.turn = drawTurn(chance.nextDouble() * LONGEST_GAP);
    }

    /// One window and the save that ends it.
    ///
    /// @param reset when the dirty bits were cleared, seconds
    /// @param save when the save begins
    /// @param pending what its first stage carries, bytes
    record Turn(double reset, double save, double pending, int rounds) {}

    Turn turn() {
        return turn;
    }

    /// Plays the save of this turn in truth, and moves on to the next turn.
    TrueSave save() {
        TrueSave save = TrueSave.play(script, wire, turn.save, turn.pending, turn.rounds, ratio, chance);
        turn = drawTurn(save.end());
        return save;
    }

    private Turn drawTurn(double reset) {
        double save = reset + SHORTEST_GAP + chance.nextDouble() * (LONGEST_GAP - SHORTEST_GAP);
        // Half of the saves build on a background pre-dump at the reset, half have no chain.
        double pending = chance.nextBoolean() ? script.dirtied(reset, save) : script.footprint(save);
        return new Turn(reset, save, pending, chance.nextInt(MOST_ROUNDS + 1));
    }

    Script script() {
        return script;
    }

    Wire wire() {
        return wire;
    }

    NodeName node() {
        return node;
    }

    String className() {
        return className;
    }

    /// A measured compression ratio of one background pre-dump.
    double drawRatio() {
        return ratio * Math.exp(TrueSave.RATIO_SIGMA * chance.nextGaussian());
    }

    Workload workload(double second) {
        var resident = new ByteCount(Math.round(script.footprint(second)));
        return new Workload(
                new WorkloadId("bench", node.value()),
                "Process",
                className,
                Map.of(),
                new Footprint(resident, ByteCount.ZERO, TASKS));
    }
}
