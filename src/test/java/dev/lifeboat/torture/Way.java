package dev.lifeboat.torture;

/// How a victim is saved and restored; the columns of the matrix.
enum Way {
    FULL("full", "a save of everything, a restore of everything"),
    AHEAD("put ahead", "two background rounds by content while it runs, then a save of what is new"),
    PRE_DUMPED(
            "pre-dumps",
            "two background rounds by CRIU's pre-dumps while it runs, then a save of what was written since; in a"
                    + " virtual machine, for they need a kernel that tracks writes, and without KVM: its seconds are an"
                    + " emulator's"),
    LAZY("lazy", "a save of everything; it runs before its pages are there, and its client asks at once");

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
