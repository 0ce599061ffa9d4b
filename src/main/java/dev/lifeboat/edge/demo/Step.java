package dev.lifeboat.edge.demo;

/// The stations on a workload's way, in order.
public enum Step {
    NOTICE("the cloud announces the interruption"),
    OBSERVED("the listener on the doomed node has it"),
    ORDERED("the orchestrator has decided and journalled"),
    FROZEN("the workload stands still"),
    CAPTURED("every page is in the agent's memory"),
    DURABLE("the manifest is in the store, the source is dead"),
    PLACED("a survivor is told to restore"),
    RESTORED("it runs again");

    private final String meaning;

    Step(String meaning) {
        this.meaning = meaning;
    }

    /// For people.
    public String meaning() {
        return meaning;
    }
}
