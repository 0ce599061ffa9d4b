package dev.lifeboat.plan;

import dev.lifeboat.quantity.ByteCount;

/// Why a workload goes where it goes: what a journal keeps of the choice.
///
/// @param room memory that is promised to it there, until it runs or has failed
/// @param score of the node that was chosen
/// @param refusals of those that could not take it
public record Grounds(ByteCount room, Score score, Refusals refusals) {
    public static Grounds of(Placement.Placed placed, Needs needs) {
        return new Grounds(needs.room(), placed.score(), Refusals.of(placed));
    }
}
