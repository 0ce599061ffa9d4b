package dev.lifeboat.plan;

/// Words that machines use of themselves: short, and fit to be shown.
final class Printed {
    /// A Kubernetes label with its value has at most 381; uname(2) gives at most 64.
    private static final int MOST = 400;

    private Printed() {}

    /// @throws IllegalArgumentException naming what is wrong with it
    static void check(String what, String word) {
        if (word.length() > MOST) {
            throw new IllegalArgumentException(what + " has " + word.length() + " characters, at most " + MOST);
        }
        if (!word.chars().allMatch(each -> each >= ' ' && each <= '~')) {
            throw new IllegalArgumentException(what + " has characters that cannot be printed");
        }
    }
}
