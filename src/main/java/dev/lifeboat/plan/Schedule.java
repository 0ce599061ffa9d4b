package dev.lifeboat.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The turns that were chosen, in the order in which they get the link, with slack spent on pre-dump rounds.
final class Schedule {
    /// @param start and end are milliseconds from now
    record Entry(Claim claim, Turn turn, int rounds, long start, long end) {}

    private record Chosen(Claim claim, Turn turn, int rounds) {
        long length() {
            return turn.neededMillis().get(rounds);
        }

        double density() {
            return claim.value() / Math.max(1, length());
        }
    }

    /// Rounds make the workload stand still for a moment, too; nobody notices less than this.
    private static final long LEAST_SAVED_MILLIS = 100;

    private final List<Chosen> chosen = new ArrayList<>();

    void choose(Claim claim, Turn turn) {
        chosen.add(new Chosen(claim, turn, turn.leastRounds()));
        chosen.sort(Comparator.comparingLong(one -> one.claim().deadlineMillis()));
    }

    /// Gives what the deadlines leave over to rounds: again and again the ones that shorten the freeze most, by
    /// value, for a millisecond of link. Rounds never make a save end earlier, they only shorten the freeze.
    void spendSlack() {
        boolean improved = true;
        while (improved) {
            long[] slack = slack();
            int best = -1;
            int bestRounds = 0;
            double bestGain = 0;
            for (int i = 0; i < chosen.size(); i++) {
                Chosen one = chosen.get(i);
                for (int rounds = one.rounds() + 1; rounds <= one.turn().mostRounds(); rounds++) {
                    double gain = gain(one, rounds, slack[i]);
                    if (gain > bestGain) {
                        best = i;
                        bestRounds = rounds;
                        bestGain = gain;
                    }
                }
            }
            improved = best >= 0;
            if (improved) {
                Chosen one = chosen.get(best);
                chosen.set(best, new Chosen(one.claim(), one.turn(), bestRounds));
            }
        }
    }

    /// Milliseconds by which everything from each entry on could slip, entries by deadline.
    private long[] slack() {
        long[] slack = new long[chosen.size()];
        long clock = 0;
        for (int i = 0; i < slack.length; i++) {
            clock += chosen.get(i).length();
            slack[i] = chosen.get(i).claim().deadlineMillis() - clock;
        }
        for (int i = slack.length - 2; i >= 0; i--) {
            slack[i] = Math.min(slack[i], slack[i + 1]);
        }
        return slack;
    }

    private static double gain(Chosen one, int rounds, long slack) {
        long cost = one.turn().neededMillis().get(rounds) - one.length();
        long saved = one.turn().frozenMillis().get(one.rounds())
                - one.turn().frozenMillis().get(rounds);
        return cost > slack || saved < LEAST_SAVED_MILLIS ? 0 : one.claim().value() * saved / Math.max(1, cost);
    }

    /// In-flight saves first, since they hold the link; then whatever is worth most for its time and lets all
    /// others still meet their deadlines: should the link fail later, the dearest is safe by then.
    List<Entry> entries() {
        var left = new ArrayList<>(chosen);
        var entries = new ArrayList<Entry>();
        long clock = 0;
        while (!left.isEmpty()) {
            Chosen next = next(left, clock);
            entries.add(new Entry(next.claim(), next.turn(), next.rounds(), clock, clock + next.length()));
            clock += next.length();
            left.remove(next);
        }
        return entries;
    }

    private static Chosen next(List<Chosen> left, long clock) {
        Chosen best = left.getFirst();
        long room = Long.MAX_VALUE;
        long before = clock;
        for (Chosen one : left) {
            boolean harmless = one.length() <= room;
            boolean better = inFlight(one) == inFlight(best) ? one.density() > best.density() : inFlight(one);
            if (better && (harmless || inFlight(one))) {
                best = one;
            }
            before += one.length();
            room = Math.min(room, one.claim().deadlineMillis() - before);
        }
        return best;
    }

    private static boolean inFlight(Chosen one) {
        return one.claim().members().stream().anyMatch(member -> member.progress() instanceof Progress.Saving);
    }
}
