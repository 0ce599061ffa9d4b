package dev.lifeboat.edge.policyfile;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// What somebody may have meant.
final class Spelling {
    private static final int LONGEST = 64;

    private Spelling() {}

    /// The most likely of `words`; empty when none is near.
    static Optional<String> nearest(String written, Collection<String> words) {
        if (written.isEmpty() || written.length() > LONGEST) {
            return Optional.empty();
        }
        var byDistance = Comparator.comparingDouble((String word) -> score(written, word))
                .thenComparingInt(word -> -commonPrefix(plain(written), plain(word)))
                .thenComparing(Comparator.naturalOrder());
        return words.stream().min(byDistance).filter(word -> near(written, word));
    }

    /// The same word but for case, hyphens, underscores and a plural.
    static boolean alike(String a, String b) {
        String plainA = plain(a);
        String plainB = plain(b);
        return Math.abs(plainA.length() - plainB.length()) <= 1
                && (plainA.equals(plainB) || singular(plainA).equals(singular(plainB)));
    }

    /// Whether one may be a slip for the other.
    static boolean near(String written, String word) {
        return alike(written, word)
                || (contains(written, word) && Math.min(written.length(), word.length()) >= 3)
                || distance(plain(written), plain(word)) <= tolerance(word);
    }

    private static int tolerance(String word) {
        return word.length() <= 3 ? 1 : Math.max(2, (int) (word.length() * 0.4));
    }

    private static double score(String written, String word) {
        if (written.equals(word)) {
            return -2;
        }
        if (alike(written, word)) {
            return -1;
        }
        double distance = distance(plain(written), plain(word));
        // A word that is there in full with something around it beats one that is merely of similar letters.
        return contains(written, word) ? Math.min(distance, 2.5) : distance;
    }

    private static boolean contains(String written, String word) {
        return plain(written).contains(plain(word)) || plain(word).contains(plain(written));
    }

    private static String plain(String word) {
        var plain = new StringBuilder(word.length());
        for (char c : word.toLowerCase(Locale.ROOT).toCharArray()) {
            if (c != '-' && c != '_' && c != '.' && !Character.isWhitespace(c)) {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    private static String singular(String word) {
        return word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
    }

    private static int commonPrefix(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    /// Insertions, deletions, replacements and swaps of neighbours.
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : step(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(int[][] d, String a, String b, int i, int j) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (same ? 0 : 1));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
    }
}
