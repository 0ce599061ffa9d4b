package dev.lifeboat.edge.forecast;

import java.util.ArrayList;
import java.util.List;

/// A baseline with the age at which its dirty rate is measured. No age suits every process, so each baseline competes
/// at several and is reported at the one that served it best in hindsight.
///
/// @param age seconds after the reset; of no meaning to a baseline that uses no rate
record Rival(Baseline baseline, double age) {
    private static final double[] AGES = {0.2, 0.6, 1.4, 3, 30};

    static final List<Rival> ALL = all();

    private static List<Rival> all() {
        var rivals = new ArrayList<Rival>();
        for (Baseline baseline : Baseline.values()) {
            if (!baseline.usesRate()) {
                rivals.add(new Rival(baseline, AGES[0]));
                continue;
            }
            for (double age : AGES) {
                rivals.add(new Rival(baseline, age));
            }
        }
        return List.copyOf(rivals);
    }
}
