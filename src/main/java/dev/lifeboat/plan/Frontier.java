package dev.lifeboat.plan;

import java.util.Arrays;
import java.util.List;

/// Lawler and Moore's recursion over jobs by deadline, kept as the list of undominated (link time, value)
/// states rather than as a table over time, and thinned by an upper bound: a state that could not beat what is
/// already known is dropped.
///
/// The list has at most [#WIDTH] states. Beyond that the best of each slice of time is kept with its own exact
/// time, so that a result is always feasible, and exact as long as the width was enough.
final class Frontier {
    /// 4,096 states keep 110 jobs under 5 ms; random loads need a few hundred.
    static final int WIDTH = 4096;

    private final List<LinkJob> jobs;
    private final Ceiling ceiling;
    private final long horizon;
    private double known;

    private States states = new States(1);
    private final Trail trail = new Trail();

    /// @param jobs by rising deadline
    /// @param known a value that can be had already
    Frontier(List<LinkJob> jobs, double known) {
        this.jobs = jobs;
        this.ceiling = new Ceiling(jobs);
        this.horizon = jobs.isEmpty() ? 0 : jobs.getLast().deadlineMillis();
        this.known = known * (1 - 1e-12);
        states.add(0, 0, Trail.START);
    }

    /// For each job its way, or [Selection#LEFT_OUT].
    int[] ways() {
        for (int i = 0; i < jobs.size(); i++) {
            States next = states;
            LinkJob job = jobs.get(i);
            for (int way = 0; way < job.lengthsMillis().size(); way++) {
                next = merge(next, i, way);
            }
            states = next.thinned(WIDTH);
        }
        int[] ways = new int[jobs.size()];
        Arrays.fill(ways, Selection.LEFT_OUT);
        if (states.size > 0) {
            trail.follow(states.step[states.size - 1], ways);
        }
        return ways;
    }

    /// `kept` and the old states with one job added, by rising time, dominated and hopeless ones left out.
    private States merge(States kept, int index, int way) {
        LinkJob job = jobs.get(index);
        long length = job.lengthsMillis().get(way);
        double worth = job.worth(way);
        int fitting = states.countUpTo(job.deadlineMillis() - length);
        var merged = new States(kept.size + fitting);
        int a = 0;
        int b = 0;
        while (a < kept.size || b < fitting) {
            boolean old = b == fitting
                    || (a < kept.size
                            && precedes(kept.time[a], kept.value[a], states.time[b] + length, states.value[b] + worth));
            long time = old ? kept.time[a] : states.time[b] + length;
            double value = old ? kept.value[a] : states.value[b] + worth;
            if (merged.improves(value) && value + ceiling.of(index + 1, horizon - time) >= known) {
                merged.add(time, value, old ? kept.step[a] : trail.add(states.step[b], index, way));
                known = Math.max(known, value * (1 - 1e-12));
            }
            if (old) {
                a++;
            } else {
                b++;
            }
        }
        return merged;
    }

    private static boolean precedes(long time, double value, long otherTime, double otherValue) {
        return time < otherTime || (time == otherTime && value >= otherValue);
    }

    /// Parallel arrays, by rising time and rising value.
    private static final class States {
        private final long[] time;
        private final double[] value;
        private final int[] step;
        private int size;

        States(int capacity) {
            time = new long[capacity];
            value = new double[capacity];
            step = new int[capacity];
        }

        void add(long newTime, double newValue, int newStep) {
            time[size] = newTime;
            value[size] = newValue;
            step[size++] = newStep;
        }

        boolean improves(double newValue) {
            return size == 0 || newValue > value[size - 1];
        }

        int countUpTo(long limit) {
            int low = 0;
            int high = size;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (time[middle] <= limit) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        States thinned(int width) {
            if (size <= width) {
                return this;
            }
            var thin = new States(width + 1);
            double slice = (time[size - 1] - time[0] + 1) / (double) width;
            for (int i = 0; i < size; i++) {
                boolean lastOfSlice = i == size - 1
                        || (long) ((time[i + 1] - time[0]) / slice) > (long) ((time[i] - time[0]) / slice);
                if (lastOfSlice) {
                    thin.add(time[i], value[i], step[i]);
                }
            }
            return thin;
        }
    }

    /// How each state came about: a growing tree of choices.
    private static final class Trail {
        static final int START = -1;

        private int[] links = new int[3 * 1024];
        private int size;

        int add(int parent, int job, int way) {
            if (3 * size + 3 > links.length) {
                links = Arrays.copyOf(links, links.length * 2);
            }
            links[3 * size] = parent;
            links[3 * size + 1] = job;
            links[3 * size + 2] = way;
            return size++;
        }

        void follow(int last, int[] ways) {
            for (int step = last; step != START; step = links[3 * step]) {
                ways[links[3 * step + 1]] = links[3 * step + 2];
            }
        }
    }
}
