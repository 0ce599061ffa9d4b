package dev.lifeboat.edge.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The time that one workload ran on one machine until that was taken.
///
/// @param workload its number
/// @param from seconds from the trace's start
/// @param until when the machine is gone
record Stay(int workload, String node, double from, double until) {
    double seconds() {
        return until - from;
    }

    /// Seats workloads on machines as they come, first come, first served; those of a lost machine wait for a
    /// seat. Who waits how long is the trace's doing and the same for every strategy. Grouped by machine, by
    /// time of loss.
    static List<List<Stay>> of(Trace trace, int perNode) {
        Map<String, List<Stay>> seated = new HashMap<>();
        var waiting = new ArrayDeque<Integer>();
        var lost = new ArrayList<List<Stay>>();
        int workloads = 0;
        for (Trace.Change change : trace.changes()) {
            switch (change.kind()) {
                case ADDED -> {
                    var seats = new ArrayList<Stay>();
                    for (int i = 0; i < perNode; i++) {
                        int workload = waiting.isEmpty() ? workloads++ : waiting.removeFirst();
                        seats.add(new Stay(workload, change.node(), change.at(), change.at()));
                    }
                    seated.put(change.node(), seats);
                }
                case REMOVED -> {
                    List<Stay> seats = seated.remove(change.node());
                    if (seats != null) {
                        lost.add(seats.stream()
                                .map(seat -> new Stay(seat.workload, seat.node, seat.from, change.at()))
                                .toList());
                        seats.forEach(seat -> waiting.addLast(seat.workload));
                    }
                }
            }
        }
        return lost;
    }
}
