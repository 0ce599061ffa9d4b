package dev.lifeboat.edge.forecast;

/// What goes wrong while a lane plays.
enum Scenario {
    /// Only the throughput's own noise.
    NOISE("noise"),
    /// At a random moment the uplink falls to 0.3 of its rate, and a third of the lane later comes back.
    STEP("step"),
    /// At a random moment the process turns into another one of the folder, and a third of the lane later back.
    PHASE("phase");

    private final String label;

    Scenario(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
