package dev.lifeboat.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/// Which jobs get the link, and which way each is done, so that all of them meet their deadlines one after the
/// other.
///
/// @param ways for each job in the order given: the index of its way, or [#LEFT_OUT]
public record Selection(List<Integer> ways) {
    public static final int LEFT_OUT = -1;

    /// Earliest deadline first: a set of jobs can be done in time if and only if it can in this order (Jackson
    /// 1955). Among equal deadlines the densest first, which makes the bound of [Frontier] cheap.
    private static final Comparator<LinkJob> EARLIEST = Comparator.comparingLong(LinkJob::deadlineMillis)
            .thenComparing(LinkJob::density, Comparator.reverseOrder());

    public Selection {
        ways = List.copyOf(ways);
    }

    /// The most valuable set. Exact (Lawler and Moore 1969, as a list of undominated states) unless the list
    /// outgrows [Frontier#WIDTH]; never worse than [#densest].
    public static Selection best(List<LinkJob> jobs) {
        Selection densest = densest(jobs);
        int[] order = order(jobs, EARLIEST);
        var sorted = Arrays.stream(order).mapToObj(jobs::get).toList();
        int[] found = new Frontier(sorted, densest.worth(jobs)).ways();
        var ways = new ArrayList<>(Collections.nCopies(jobs.size(), LEFT_OUT));
        for (int i = 0; i < order.length; i++) {
            ways.set(order[i], found[i]);
        }
        var exact = new Selection(ways);
        return exact.worth(jobs) >= densest.worth(jobs) ? exact : densest;
    }

    /// By falling value per millisecond, whatever still fits beside those already taken.
    public static Selection densest(List<LinkJob> jobs) {
        int[] byDeadline = order(jobs, EARLIEST);
        int[] rank = new int[jobs.size()];
        for (int i = 0; i < byDeadline.length; i++) {
            rank[byDeadline[i]] = i;
        }
        var taken = new Agenda(jobs.size());
        var ways = new ArrayList<>(Collections.nCopies(jobs.size(), LEFT_OUT));
        for (int index :
                order(jobs, Comparator.comparingDouble(LinkJob::density).reversed())) {
            LinkJob job = jobs.get(index);
            for (int way = 0; way < job.lengthsMillis().size() && ways.get(index) == LEFT_OUT; way++) {
                if (taken.admit(rank[index], job.lengthsMillis().get(way), job.deadlineMillis())) {
                    ways.set(index, way);
                }
            }
        }
        return new Selection(ways);
    }

    /// The value saved.
    public double value(List<LinkJob> jobs) {
        double sum = 0;
        for (int i = 0; i < ways.size(); i++) {
            sum += ways.get(i) == LEFT_OUT ? 0 : jobs.get(i).value();
        }
        return sum;
    }

    private double worth(List<LinkJob> jobs) {
        double sum = 0;
        for (int i = 0; i < ways.size(); i++) {
            sum += ways.get(i) == LEFT_OUT ? 0 : jobs.get(i).worth(ways.get(i));
        }
        return sum;
    }

    private static int[] order(List<LinkJob> jobs, Comparator<LinkJob> comparator) {
        var indices = new ArrayList<Integer>();
        for (int i = 0; i < jobs.size(); i++) {
            indices.add(i);
        }
        indices.sort(Comparator.comparing(jobs::get, comparator));
        return indices.stream().mapToInt(Integer::intValue).toArray();
    }
}
