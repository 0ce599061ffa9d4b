package dev.lifeboat.edge.forecast;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// The true uplink of one lane: every 250 ms a rate whose logarithm is a first-order autoregression around the
/// nominal rate, times the scenario's step. Drawn as far as it is asked for.
final class Wire {
    static final double TICK_SECONDS = 0.25;

    private final double nominal;
    private final Noise noise;
    private final Spell slow;
    private final RandomGenerator chance;
    private double[] rates = new double[4096];
    private int drawn;
    private double deviation;

    /// @param sigma standard deviation of ln B
    /// @param phi correlation of ticks that follow each other
    record Noise(double sigma, double phi) {
        static final Noise DEFAULT = new Noise(0.15, 0.9);
    }

    /// A stretch of time, seconds, in which the rate is multiplied by `factor`.
    record Spell(double from, double until, double factor) {
        static final Spell NEVER = new Spell(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 1);

        double at(double second) {
            return second >= from && second < until ? factor : 1;
        }
    }

    /// @param nominal bytes per second
    Wire(double nominal, Noise noise, Spell slow, RandomGenerator chance) {
        this.nominal = nominal;
        this.noise = noise;
        this.slow = slow;
        this.chance = chance;
        this.deviation = chance.nextGaussian() * noise.sigma;
    }

    /// Bytes per second during a tick.
    double rate(int tick) {
        while (drawn <= tick) {
            if (drawn == rates.length) {
                rates = Arrays.copyOf(rates, rates.length * 2);
            }
            deviation =
                    noise.phi * deviation + Math.sqrt(1 - noise.phi * noise.phi) * noise.sigma * chance.nextGaussian();
            rates[drawn] = nominal * slow.at(drawn * TICK_SECONDS) * Math.exp(deviation);
            drawn++;
        }
        return rates[tick];
    }

    static int tick(double second) {
        return (int) (second / TICK_SECONDS);
    }

    /// When `bytes` begun at `from` have passed.
    double finish(double from, double bytes) {
        double left = bytes;
        double now = from;
        int tick = tick(now);
        while (true) {
            double end = (tick + 1) * TICK_SECONDS;
            double capacity = rate(tick) * (end - now);
            if (capacity >= left) {
                return now + left / rate(tick);
            }
            left -= capacity;
            now = end;
            tick++;
        }
    }
}
