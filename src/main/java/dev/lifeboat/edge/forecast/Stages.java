package dev.lifeboat.edge.forecast;

import dev.lifeboat.notice.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Sets the lanes of one scenario: every trace on every nominal bandwidth.
///
/// @param traces at least one
/// @param megabytesPerSecond nominal wire rates
record Stages(List<Trace> traces, List<Double> megabytesPerSecond, int savesPerLane, Wire.Noise noise) {
    /// Rough length of one turn, by which the scenarios' moments are placed.
    private static final double TURN_SECONDS = 20;

    /// When the uplink falls, it falls to this.
    static final double STEP_FACTOR = 0.3;

    /// A folder with one trace only is spliced with itself at this speed.
    private static final double OTHER_SPEED = 3;

    List<Lane> lanes(Scenario scenario, long seed) {
        RandomGenerator root = RandomGeneratorFactory.of("L64X128MixRandom")
                .create(seed * 31 + scenario.label().hashCode());
        var lanes = new ArrayList<Lane>();
        for (int t = 0; t < traces.size(); t++) {
            // Dirty heap pages of real services compress to between a third and two thirds.
            double ratio = 0.35 + 0.3 * root.nextDouble();
            for (double rate : megabytesPerSecond) {
                lanes.add(lane(scenario, t, rate, ratio, root));
            }
        }
        return lanes;
    }

    private Lane lane(Scenario scenario, int index, double rate, double ratio, RandomGenerator root) {
        double span = savesPerLane * TURN_SECONDS;
        double from = span * (0.2 + 0.4 * root.nextDouble());
        Wire.Spell spell = new Wire.Spell(from, from + span / 3, STEP_FACTOR);
        var chance = RandomGeneratorFactory.of("L64X128MixRandom").create(root.nextLong());
        double offset = chance.nextDouble() * traces.get(index).lengthSeconds();
        Script steady = Script.steady(traces.get(index), offset);
        var wire = new Wire(rate * 1e6, noise, scenario == Scenario.STEP ? spell : Wire.Spell.NEVER, chance);
        Script script = switch (scenario) {
            case NOISE, STEP -> steady;
            case PHASE -> spliced(index, offset, spell);
        };
        var node = new NodeName("n" + index + "-" + Math.round(rate * 1000));
        return new Lane(traces.get(index).name(), node, script, wire, ratio, chance);
    }

    private Script spliced(int index, double offset, Wire.Spell spell) {
        Trace other = traces.get((index + 1) % traces.size());
        double speed = traces.size() == 1 ? OTHER_SPEED : 1;
        return new Script(traces.get(index), other, speed, offset, spell.from(), spell.until());
    }
}
