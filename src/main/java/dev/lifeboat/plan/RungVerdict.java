package dev.lifeboat.plan;

/// What became of one rung.
public sealed interface RungVerdict {
    String rung();

    record Taken(String rung) implements RungVerdict {}

    record Refused(String rung, Refusal refusal) implements RungVerdict {}
}
