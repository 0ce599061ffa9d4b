package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;

/// How far a workload's evacuation has come when a plan is drawn.
public sealed interface Progress {
    Progress WAITING = new Waiting();

    record Waiting() implements Progress {}

    Progress GIVEN_UP = new GivenUp();

    /// It will not be saved any more; here for the sake of those of its group.
    record GivenUp() implements Progress {}

    /// Its pages are on the link; they keep it, since half a save is worth nothing.
    ///
    /// @param rung that is being carried out
    /// @param rounds pre-dump rounds still ahead of the final dump
    /// @param remaining for what is left of it
    record Saving(String rung, int rounds, Estimate remaining) implements Progress {}
}
