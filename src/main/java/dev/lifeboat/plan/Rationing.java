package dev.lifeboat.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which portion each node gets so that the most value is saved within a budget.
///
/// Nothing here looks at the budget before the very end: the list of states and the order of increments are the same
/// for every budget, and a greater one only reaches further along them. That is why more never saves less.
final class Rationing {
    /// Undominated states kept: enough to be exact for about a dozen nodes. Past that the list is thinned.
    private static final int WIDTH = 1024;

    private Rationing() {}

    /// @return for each node its bandwidth
    static double[] best(List<Appetite> appetites, double budget) {
        State exact = reached(states(appetites), budget);
        Greedy greedy = greedy(appetites, budget);
        return exact.value() >= greedy.value()
                ? exact.shares(appetites.size())
                : greedy.shares().stream().mapToDouble(Double::doubleValue).toArray();
    }

    /// What has been given to the nodes so far, the last of them at the head of the list.
    private record State(
            double bandwidth,
            double value,
            double share,
            @Nullable State before) {
        static final State NOTHING = new State(0, 0, 0, null);

        State with(Appetite.Portion portion) {
            return new State(bandwidth + portion.bandwidth(), value + portion.value(), portion.bandwidth(), this);
        }

        double[] shares(int count) {
            double[] shares = new double[count];
            State state = this;
            for (int i = count - 1; i >= 0 && state != null; i--) {
                shares[i] = state.share();
                state = state.before();
            }
            return shares;
        }
    }

    private static List<State> states(List<Appetite> appetites) {
        List<State> states = List.of(State.NOTHING);
        for (Appetite appetite : appetites) {
            var next = new ArrayList<State>();
            for (State state : states) {
                appetite.portions().forEach(portion -> next.add(state.with(portion)));
            }
            states = thinned(undominated(next));
        }
        return states;
    }

    private static List<State> undominated(List<State> states) {
        states.sort(Comparator.comparingDouble(State::bandwidth)
                .thenComparing(Comparator.comparingDouble(State::value).reversed()));
        var kept = new ArrayList<State>();
        for (State state : states) {
            if (kept.isEmpty() || state.value() > kept.getLast().value()) {
                kept.add(state);
            }
        }
        return kept;
    }

    /// Evenly, the first and the last always among them.
    private static List<State> thinned(List<State> states) {
        if (states.size() <= WIDTH) {
            return states;
        }
        var kept = new ArrayList<State>();
        for (int i = 0; i < WIDTH; i++) {
            kept.add(states.get((int) ((long) i * (states.size() - 1) / (WIDTH - 1))));
        }
        return kept;
    }

    private static State reached(List<State> states, double budget) {
        State best = states.getFirst();
        for (State state : states) {
            if (state.bandwidth() <= budget) {
                best = state;
            }
        }
        return best;
    }

    private record Greedy(double value, List<Double> shares) {}

    /// Increments of all nodes by falling value per byte per second, as long as they fit; for a large fleet that
    /// misses the optimum by one increment at most.
    private static Greedy greedy(List<Appetite> appetites, double budget) {
        double[] shares = new double[appetites.size()];
        double value = 0;
        double left = budget;
        for (Increment increment : increments(appetites)) {
            if (increment.bandwidth() > left) {
                break;
            }
            left -= increment.bandwidth();
            value += increment.value();
            shares[increment.node()] = increment.to();
        }
        return new Greedy(value, Arrays.stream(shares).boxed().toList());
    }

    /// @param to bandwidth that the node has with it
    private record Increment(int node, double to, double bandwidth, double value) {
        double density() {
            return value / bandwidth;
        }
    }

    private static List<Increment> increments(List<Appetite> appetites) {
        var increments = new ArrayList<Increment>();
        for (int node = 0; node < appetites.size(); node++) {
            List<Appetite.Portion> portions = appetites.get(node).portions();
            int at = 0;
            while (at < portions.size() - 1) {
                int next = steepest(portions, at);
                increments.add(increment(node, portions.get(at), portions.get(next)));
                at = next;
            }
        }
        increments.sort(Comparator.comparingDouble(Increment::density).reversed());
        return increments;
    }

    /// The next corner of the upper convex hull, so that a node's densities fall.
    private static int steepest(List<Appetite.Portion> portions, int from) {
        int best = from + 1;
        for (int i = from + 2; i < portions.size(); i++) {
            double density = increment(0, portions.get(from), portions.get(i)).density();
            if (density >= increment(0, portions.get(from), portions.get(best)).density()) {
                best = i;
            }
        }
        return best;
    }

    private static Increment increment(int node, Appetite.Portion from, Appetite.Portion to) {
        return new Increment(node, to.bandwidth(), to.bandwidth() - from.bandwidth(), to.value() - from.value());
    }
}
