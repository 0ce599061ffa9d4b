package dev.lifeboat.edge.forecast;

/// The point estimates that others use. Each is handed the same measured uplink, compression and overheads as our own
/// estimator, which is more than they take in practice; what they lack is a dirty curve and a calibrated bound.
enum Baseline {
    /// Everything resident over the bandwidth.
    SIZE_OVER_BANDWIDTH("size/bandwidth", false) {
        @Override
        double seconds(Known known) {
            return known.footprint / known.rawRate() + known.finalOverhead;
        }
    },
    /// The pre-copy recursion with a constant dirty rate, never more than the footprint.
    CONSTANT_RATE("constant rate", true) {
        @Override
        double seconds(Known known) {
            double carried = known.pending;
            double total = 0;
            for (int i = 0; i < known.rounds; i++) {
                double stage = carried / known.rawRate() + known.preDumpOverhead;
                total += stage;
                carried = Math.min(known.footprint, known.dirtyRate * stage);
            }
            return total + carried / known.rawRate() + known.finalOverhead;
        }
    },
    /// The closed form (x₀/B)(1 − λⁿ⁺¹)/(1 − λ), λ = dirty rate / bandwidth; a diverging λ is taken as 1.
    GEOMETRIC("geometric", true) {
        @Override
        double seconds(Known known) {
            double lambda = Math.min(1, known.dirtyRate / known.rawRate());
            double sum = 0;
            for (int i = 0; i <= known.rounds; i++) {
                sum += Math.pow(lambda, i);
            }
            return known.pending / known.rawRate() * sum + known.rounds * known.preDumpOverhead + known.finalOverhead;
        }
    },
    /// QEMU's expected downtime: what is pending over the measured bandwidth (migration/migration.c,
    /// `migration_update_counters`); blind to rounds.
    PENDING_OVER_BANDWIDTH("QEMU pending/bandwidth", false) {
        @Override
        double seconds(Known known) {
            return known.pending / known.rawRate() + known.finalOverhead;
        }
    };

    /// @param dirtyRate bytes per second over the first part of the newest window
    /// @param rate wire bytes per second
    record Known(
            double footprint,
            double pending,
            int rounds,
            double dirtyRate,
            double rate,
            double ratio,
            double preDumpOverhead,
            double finalOverhead) {
        /// Raw bytes per second.
        double rawRate() {
            return rate / ratio;
        }
    }

    private final String label;
    private final boolean usesRate;

    Baseline(String label, boolean usesRate) {
        this.label = label;
        this.usesRate = usesRate;
    }

    /// Whether the dirty rate matters to it, and so the age at which that is measured.
    boolean usesRate() {
        return usesRate;
    }

    String label() {
        return label;
    }

    abstract double seconds(Known known);
}
