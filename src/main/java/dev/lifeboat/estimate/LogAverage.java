package dev.lifeboat.estimate;

/// Running mean and variance of a logarithm: plain averages at first, then exponentially weighted.
///
/// @param mean of the logarithms seen
/// @param variance of them around the mean, from squared innovations
/// @param count observations, counted up to a ceiling only
record LogAverage(double mean, double variance, int count) {
    /// Past this many observations each new one weighs 1/20: about twenty saves back, one forgets.
    private static final int MEMORY = 20;

    static final LogAverage EMPTY = new LogAverage(0, 0, 0);

    LogAverage with(double logarithm) {
        return with(logarithm, 0);
    }

    /// @param leastGain weight that the new value gets at least, in [0, 1]
    LogAverage with(double logarithm, double leastGain) {
        if (count == 0) {
            return new LogAverage(logarithm, 0, 1);
        }
        double gain = Math.max(leastGain, 1.0 / Math.min(count + 1, MEMORY));
        double innovation = logarithm - mean;
        double newVariance = (1 - gain) * (variance + gain * innovation * innovation);
        return new LogAverage(mean + gain * innovation, newVariance, Math.min(count + 1, MEMORY));
    }

    /// Standard deviation, never below what so few observations leave open.
    double deviation(double prior) {
        double weight = 1.0 / (count + 1);
        return Math.sqrt(variance + weight * prior * prior);
    }
}
