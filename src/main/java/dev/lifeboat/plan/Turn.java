package dev.lifeboat.plan;

import java.util.List;

/// What one rung asks of the link, for one workload or for a group together: by number of pre-dump rounds, how
/// long it holds the link and how long everybody stands still.
///
/// @param rung its place in the ladder
/// @param neededMillis at the wanted confidence, for 0, 1, 2 … rounds
/// @param frozenMillis likewise
/// @param leastRounds fewest rounds that keep the freeze within the policy's limit
record Turn(int rung, List<Long> neededMillis, List<Long> frozenMillis, int leastRounds) {
    Turn {
        neededMillis = List.copyOf(neededMillis);
        frozenMillis = List.copyOf(frozenMillis);
    }

    long needed() {
        return neededMillis.get(leastRounds);
    }

    int mostRounds() {
        return neededMillis.size() - 1;
    }
}
