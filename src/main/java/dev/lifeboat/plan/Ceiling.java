package dev.lifeboat.plan;

import java.util.List;

/// The most that the jobs from a given one on could add within some time, were they divisible and free of
/// deadlines: Dantzig's bound, for every tail of the list.
final class Ceiling {
    private final long[][] time;
    private final double[][] value;

    Ceiling(List<LinkJob> jobs) {
        int count = jobs.size();
        time = new long[count + 1][];
        value = new double[count + 1][];
        int[] byDensity = new int[0];
        for (int from = count; from >= 0; from--) {
            if (from < count) {
                byDensity = inserted(byDensity, from, jobs);
            }
            sum(from, byDensity, jobs);
        }
    }

    /// @param from first job that may still be taken
    double of(int from, long left) {
        long[] times = time[from];
        int low = 0;
        int high = times.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (times[middle] <= left) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        double whole = value[from][low];
        if (low == times.length - 1) {
            return whole;
        }
        double share = (left - times[low]) / (double) (times[low + 1] - times[low]);
        return whole + share * (value[from][low + 1] - whole);
    }

    private void sum(int from, int[] byDensity, List<LinkJob> jobs) {
        long[] times = new long[byDensity.length + 1];
        double[] values = new double[byDensity.length + 1];
        for (int i = 0; i < byDensity.length; i++) {
            LinkJob job = jobs.get(byDensity[i]);
            times[i + 1] = times[i] + job.shortest();
            values[i + 1] = values[i] + job.value();
        }
        time[from] = times;
        value[from] = values;
    }

    private static int[] inserted(int[] byDensity, int added, List<LinkJob> jobs) {
        int[] grown = new int[byDensity.length + 1];
        int at = 0;
        double density = jobs.get(added).density();
        while (at < byDensity.length && jobs.get(byDensity[at]).density() > density) {
            grown[at] = byDensity[at];
            at++;
        }
        grown[at] = added;
        System.arraycopy(byDensity, at, grown, at + 1, byDensity.length - at);
        return grown;
    }
}
