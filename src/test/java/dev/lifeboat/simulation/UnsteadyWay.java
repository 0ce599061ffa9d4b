package dev.lifeboat.simulation;

import dev.lifeboat.agent.MemoryCheckpoints.Call;
import dev.lifeboat.agent.MemoryCheckpoints.Way;
import dev.lifeboat.agent.StoreFailed;

/// From one agent to the store: slow, sometimes refused, sometimes without an answer though the work was done.
final class UnsteadyWay implements Way {
    /// A save asks this often, so that about as many fail as [Faults#store] says.
    private static final int CALLS = 5;

    private static final int USUAL_MILLIS = 500;
    /// Longer than most of what is left of a window.
    private static final int STALLED_MILLIS = 50_000;

    /// A request on the wire, or in a proxy's queue.
    private static final int LATEST_MILLIS = 20_000;

    private final AgentProcess process;
    private final Schedule schedule;
    private final Faults faults;

    UnsteadyWay(AgentProcess process, Schedule schedule, Faults faults) {
        this.process = process;
        this.schedule = schedule;
        this.faults = faults;
    }

    @Override
    public void there(Call call) {
        if (call == Call.CLOSE) {
            process.aliveOrDied();
            return;
        }
        process.pause(schedule.chance(faults.late() / CALLS) ? STALLED_MILLIS : USUAL_MILLIS);
        if (schedule.chance(faults.store() / CALLS)) {
            boolean answered = schedule.chance(0.5);
            var kind = answered ? StoreFailed.Kind.REFUSED : StoreFailed.Kind.STALLED;
            throw new StoreFailed(kind, call + " came to nothing");
        }
    }

    @Override
    public void back(Call call) {
        process.pause(USUAL_MILLIS);
        if (schedule.chance(faults.store() / CALLS)) {
            throw new StoreFailed(StoreFailed.Kind.STALLED, "the answer to " + call + " was lost");
        }
    }

    @Override
    public void outlives(Runnable request) {
        if (schedule.chance(0.5)) {
            schedule.soon(LATEST_MILLIS, request);
        }
    }
}
