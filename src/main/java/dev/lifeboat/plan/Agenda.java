package dev.lifeboat.plan;

/// Jobs already promised the link, in order of their deadlines; takes one more only if all still meet theirs.
final class Agenda {
    private final long[] length;
    private final long[] deadline;
    private final boolean[] taken;

    Agenda(int size) {
        length = new long[size];
        deadline = new long[size];
        taken = new boolean[size];
    }

    /// @param rank place in the order of deadlines, each used once
    boolean admit(int rank, long lengthMillis, long deadlineMillis) {
        long clock = 0;
        for (int i = 0; i < rank; i++) {
            clock += taken[i] ? length[i] : 0;
        }
        clock += lengthMillis;
        if (clock > deadlineMillis) {
            return false;
        }
        for (int i = rank + 1; i < taken.length; i++) {
            clock += taken[i] ? length[i] : 0;
            if (taken[i] && clock > deadline[i]) {
                return false;
            }
        }
        length[rank] = lengthMillis;
        deadline[rank] = deadlineMillis;
        taken[rank] = true;
        return true;
    }
}
