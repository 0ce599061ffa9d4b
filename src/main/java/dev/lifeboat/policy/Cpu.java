package dev.lifeboat.policy;

/// An amount of CPU.
///
/// @param millis thousandths of one core, at least 0
public record Cpu(long millis) implements Comparable<Cpu> {
    public Cpu {
        if (millis < 0) {
            throw new IllegalArgumentException("an amount of CPU cannot be negative: " + millis);
        }
    }

    @Override
    public int compareTo(Cpu other) {
        return Long.compare(millis, other.millis);
    }

    @Override
    public String toString() {
        return millis % 1000 == 0 ? Long.toString(millis / 1000) : millis + "m";
    }
}
