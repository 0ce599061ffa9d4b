package dev.lifeboat.edge.replay;

import java.util.ArrayList;
import java.util.List;

/// What one strategy lost and sent over a trace.
final class Ledger {
    private final String name;
    private final List<double[]> course = new ArrayList<>();
    private double lost;
    private double bytes;
    private int met;
    private int missed;

    Ledger(String name) {
        this.name = name;
    }

    /// @param seconds of work or of standing still
    void lose(double at, double seconds) {
        lost += seconds;
        course.add(new double[] {at, lost});
    }

    void send(double wireBytes) {
        bytes += wireBytes;
    }

    void meet() {
        met++;
    }

    void miss() {
        missed++;
    }

    String name() {
        return name;
    }

    double lostSeconds() {
        return lost;
    }

    double bytes() {
        return bytes;
    }

    int met() {
        return met;
    }

    int missed() {
        return missed;
    }

    /// Pairs of seconds since the start and seconds lost so far.
    List<double[]> course() {
        return List.copyOf(course);
    }
}
