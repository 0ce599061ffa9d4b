package dev.lifeboat.estimate;

/// An answer to "how long would a save take": a forecast, or an honest refusal.
public sealed interface Estimate {

    /// @param rounds pre-dump rounds before the final dump, 0 or more
    /// @param durable time from the order until the manifest is in the store
    /// @param frozen time that the workload stands still
    /// @param samples outcomes that the calibration rests on; 0 where it is none, see [Estimator#tried]
    record Forecast(int rounds, Quantiles durable, Quantiles frozen, int samples) implements Estimate {
        /// On a link that gives only so much of what the forecast was made for. All of the time is counted as sending,
        /// so what does not send is overstated.
        ///
        /// @param times 1 or more
        public Forecast slowed(double times) {
            return new Forecast(rounds, durable.times(times), frozen.times(times), samples);
        }

        /// The same with everything durable that much later, and no longer frozen for it.
        public Forecast delayed(double times) {
            return new Forecast(rounds, durable.times(times), frozen, samples);
        }

        /// Whether outcomes stand behind the frozen time. The time to durable is a bound either way.
        public boolean isCalibrated() {
            return samples > 0;
        }

        /// When everything goes so much faster from now on.
        ///
        /// @param times 1 or more
        public Forecast sped(double times) {
            return slowed(1 / times);
        }
    }

    /// We do not know, and why; never replaced by a made-up number.
    record Unknown(UnknownReason reason) implements Estimate {}

    /// Stable codes; shown to users.
    enum UnknownReason {
        /// Neither this workload, nor its class, nor its kind has been measured.
        NOTHING_MEASURED,
        /// Throughput to the store has not been seen yet.
        UPLINK_UNKNOWN,
        /// The last measurement is too old to stand for the workload.
        STALE,
        /// The models have an opinion, but too few saves have ended to say how far off such opinions are.
        TOO_FEW_OUTCOMES
    }
}
