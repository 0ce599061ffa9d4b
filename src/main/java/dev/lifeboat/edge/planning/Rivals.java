package dev.lifeboat.edge.planning;

import dev.lifeboat.plan.LinkJob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// What others do with a doomed node's link; each gives the value that is saved.
final class Rivals {
    private static final Comparator<LinkJob> EARLIEST = Comparator.comparingLong(LinkJob::deadlineMillis);

    private Rivals() {}

    /// Start everything at once: all that are still sending share the link evenly, until each is done or cut
    /// off.
    static double parallel(List<LinkJob> jobs) {
        var running = new ArrayList<Transfer>();
        jobs.forEach(job -> running.add(new Transfer(job, job.lengthsMillis().getFirst())));
        double clock = 0;
        double saved = 0;
        while (!running.isEmpty()) {
            int sharers = running.size();
            double step = Double.POSITIVE_INFINITY;
            for (Transfer transfer : running) {
                step = Math.min(step, Math.min(transfer.left * sharers, transfer.job.deadlineMillis() - clock));
            }
            clock += step;
            for (var each = running.iterator(); each.hasNext(); ) {
                Transfer transfer = each.next();
                transfer.left -= step / sharers;
                boolean done = transfer.left <= 1e-6;
                saved += done ? transfer.job.value() : 0;
                if (done || clock >= transfer.job.deadlineMillis()) {
                    each.remove();
                }
            }
        }
        return saved;
    }

    private static final class Transfer {
        private final LinkJob job;
        private double left;

        Transfer(LinkJob job, double left) {
            this.job = job;
            this.left = left;
        }
    }

    /// Earliest deadline first, nothing left out: what does not make it is cut off at its deadline.
    static double earliestFirst(List<LinkJob> jobs) {
        long clock = 0;
        double saved = 0;
        for (LinkJob job : jobs.stream().sorted(EARLIEST).toList()) {
            long end = clock + job.lengthsMillis().getFirst();
            saved += end <= job.deadlineMillis() ? job.value() : 0;
            clock = Math.max(clock, Math.min(end, job.deadlineMillis()));
        }
        return saved;
    }

    /// Moore and Hodgson 1968: the most jobs in time, whatever they are worth.
    static double mooreHodgson(List<LinkJob> jobs) {
        var kept = new PriorityQueue<LinkJob>(
                Comparator.comparingLong((LinkJob job) -> job.lengthsMillis().getFirst())
                        .reversed());
        long clock = 0;
        for (LinkJob job : jobs.stream().sorted(EARLIEST).toList()) {
            kept.add(job);
            clock += job.lengthsMillis().getFirst();
            if (clock > job.deadlineMillis()) {
                clock -= kept.remove().lengthsMillis().getFirst();
            }
        }
        return kept.stream().mapToDouble(LinkJob::value).sum();
    }

    /// The optimum by Lawler and Moore's table over every millisecond; slow, and independent of the planner's
    /// own search.
    static double optimum(List<LinkJob> jobs) {
        List<LinkJob> ordered = jobs.stream().sorted(EARLIEST).toList();
        int horizon = ordered.isEmpty() ? 0 : Math.toIntExact(ordered.getLast().deadlineMillis());
        double[] best = new double[horizon + 1];
        for (LinkJob job : ordered) {
            int length = Math.toIntExact(Math.min(job.lengthsMillis().getFirst(), horizon + 1L));
            for (int end = Math.toIntExact(job.deadlineMillis()); end >= length; end--) {
                best[end] = Math.max(best[end], best[end - length] + job.value());
            }
        }
        double most = 0;
        for (double value : best) {
            most = Math.max(most, value);
        }
        return most;
    }
}
