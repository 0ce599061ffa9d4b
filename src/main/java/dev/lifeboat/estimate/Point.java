package dev.lifeboat.estimate;

/// What the models say before calibration. Kept with the order of a save, so that the outcome can be held against it.
///
/// @param pools where its residual belongs
/// @param rounds pre-dump rounds before the final dump
/// @param durable time until the manifest is in the store
/// @param frozen time that the workload stands still
public record Point(Pools pools, int rounds, Guess durable, Guess frozen) {

    /// A log-normal guess at a duration.
    ///
    /// @param seconds median; positive and finite
    /// @param spread standard deviation of its logarithm by the models' own reckoning; positive. Residuals are
    ///     divided by it, so that one ring serves short and long saves alike (studentised residuals: Lei et al.,
    ///     JASA 2018, section 5.2).
    public record Guess(double seconds, double spread) {
        public Guess {
            if (!(seconds > 0) || Double.isInfinite(seconds) || !(spread > 0) || Double.isInfinite(spread)) {
                throw new IllegalArgumentException("a guess is positive and finite: " + seconds + ", " + spread);
            }
        }

        /// In spreads; +∞ for what lasted more than [#MOST_FACTOR] times the guess, which is no longer an error of
        /// degree.
        double residual(double actualSeconds) {
            double factor = Math.max(actualSeconds, MIN_SECONDS) / seconds;
            return factor > MOST_FACTOR ? Double.POSITIVE_INFINITY : Math.log(factor) / spread;
        }

        /// The duration that lies so many spreads from the guess.
        double at(double residual) {
            return Double.isInfinite(residual)
                    ? seconds * Math.exp(residual)
                    : seconds * Math.min(MOST_FACTOR, Math.exp(residual * spread));
        }

        /// A bound is at most this many times the guess: residuals learned while spreads were tiny must not turn
        /// into centuries when the spread is wide.
        private static final double MOST_FACTOR = 100;

        /// One microsecond, the resolution of CRIU's statistics: keeps the logarithm finite.
        private static final double MIN_SECONDS = 1e-6;
    }

    /// Where a workload is looked up, from the narrowest pool to the widest.
    ///
    /// @param classKey image digest + arguments
    /// @param kind owner's kind
    public record Pools(String classKey, String kind) {}

    /// Saves with and without rounds err differently, so their residuals are kept apart.
    boolean hasRounds() {
        return rounds > 0;
    }
}
