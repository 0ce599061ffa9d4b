package dev.lifeboat.edge.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// What really happens to a save: the trace's pages against the lane's uplink, with chance in compression and
/// overheads. This is the bench's truth and shares no code with the estimator's models.
///
/// @param stages in order, the final dump last
record TrueSave(double begin, List<Stage> stages) {

    /// @param raw bytes carried
    /// @param ratio wire bytes per raw byte
    /// @param overhead seconds of the stage that were not transfer
    /// @param footprint bytes mapped when it began
    record Stage(double begin, double end, double raw, double ratio, double overhead, double footprint) {
        double seconds() {
            return end - begin;
        }
    }

    /// Compression of one lane's pages: a save's ratio is log-normal around the class's, 5 % wide.
    static final double RATIO_SIGMA = 0.05;

    /// Overheads are log-normal around their means, 20 % wide.
    private static final double OVERHEAD_SIGMA = 0.2;

    /// Seconds: CRIU's set-up of one stage, and what the final dump adds for freezing, task state and the
    /// commit of the manifest (1-2 s are kept back for it; an object store acknowledges in some tenths).
    private static final double PRE_DUMP_SECONDS = 0.1;

    private static final double FINAL_SECONDS = 0.5;

    /// Scanning page tables: 0.2-10.8 ms measured for processes of 150-800 MB, so about 50 ns a page.
    private static final double SECONDS_PER_PAGE = 50e-9;

    private static final int PAGE = 4096;

    /// @param pending bytes of the first stage
    /// @param ratio of the class
    static TrueSave play(
            Script script, Wire wire, double begin, double pending, int rounds, double ratio, RandomGenerator chance) {
        double saveRatio = ratio * Math.exp(RATIO_SIGMA * chance.nextGaussian());
        var stages = new ArrayList<Stage>();
        double now = begin;
        double carried = pending;
        for (int i = 0; i <= rounds; i++) {
            double footprint = script.footprint(now);
            double mean = (i == rounds ? FINAL_SECONDS : PRE_DUMP_SECONDS) + SECONDS_PER_PAGE * footprint / PAGE;
            double overhead = mean * Math.exp(OVERHEAD_SIGMA * chance.nextGaussian());
            double end = wire.finish(now + overhead, carried * saveRatio);
            stages.add(new Stage(now, end, carried, saveRatio, overhead, footprint));
            carried = script.dirtied(now, end);
            now = end;
        }
        return new TrueSave(begin, List.copyOf(stages));
    }

    double end() {
        return stages.getLast().end();
    }

    double durable() {
        return end() - begin;
    }

    double frozen() {
        return stages.getLast().seconds();
    }
}
