package dev.lifeboat.torture;

/// How a victim is saved and restored; the columns of the matrix.
enum Way {
    FULL("full", "a save of everything, a restore of everything"),
    AHEAD("put ahead", "two background rounds by content while it runs, then a save of what is new"),
    PRE_DUMPED(
            "pre-dumps", "not run: they need a kernel that tracks writes; the VM suite shows them with a JVM of ours"),
    LAZY("lazy", "not run");

    private final String title;
    private final String meaning;

    Way(String title, String meaning) {
        this.title = title;
        this.meaning = meaning;
    }

    String title() {
        return title;
    }

    String meaning() {
        return meaning;
    }
}
