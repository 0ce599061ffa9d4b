package dev.lifeboat.edge.forecast;

/// The true writing of one lane: one trace, and for a spell another. What the process writes across a change is
/// the sum of both sides, plus whatever the second has mapped beyond the first: a process that enters a phase
/// fills its memory.
///
/// @param usual played outside the spell
/// @param other played inside it
/// @param speed at which the other is played; not 1 only where a folder has a single trace
record Script(Trace usual, Trace other, double speed, double offset, double from, double until) {

    static Script steady(Trace trace, double offset) {
        return new Script(trace, trace, 1, offset, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    double footprint(double second) {
        return inOther(second) ? other.footprint(second * speed + offset) : usual.footprint(second + offset);
    }

    /// Distinct bytes written between two moments.
    double dirtied(double begin, double end) {
        double change = begin < from && end > from ? from : begin < until && end > until ? until : end;
        double before = within(begin, change);
        if (change >= end) {
            return Math.min(before, footprint(end));
        }
        double grown = Math.max(0, footprint(end) - footprint(begin));
        return Math.min(before + grown + dirtied(change + 1e-6, end), footprint(end));
    }

    private double within(double begin, double end) {
        return inOther(begin)
                ? other.dirtied(begin * speed + offset, (end - begin) * speed)
                : usual.dirtied(begin + offset, end - begin);
    }

    private boolean inOther(double second) {
        return second >= from && second < until;
    }
}
