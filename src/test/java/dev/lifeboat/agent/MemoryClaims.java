package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Claim;
import dev.lifeboat.agent.CheckpointStore.ClaimAnswer;
import dev.lifeboat.checkpoint.CheckpointId;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Who restores what in [MemoryCheckpoints].
final class MemoryClaims {
    private final Map<CheckpointId, TreeMap<Integer, Claim>> epochs = new HashMap<>();
    private final Map<CheckpointId, Claim> confirmed = new HashMap<>();

    boolean has(CheckpointId id) {
        return epochs.containsKey(id);
    }

    /// @param written once the claim is there, and before the answer
    ClaimAnswer claim(CheckpointId id, Claim claim, Runnable written) {
        Claim winner = confirmed.get(id);
        if (winner != null) {
            return answer(claim, winner, true);
        }
        var all = epochs.computeIfAbsent(id, _ -> new TreeMap<>());
        all.putIfAbsent(claim.epoch(), claim);
        written.run();
        return answer(claim, all.lastEntry().getValue(), false);
    }

    /// @param written once it is confirmed, and before the answer
    ClaimAnswer confirm(CheckpointId id, Claim claim, Runnable written) {
        var all = epochs.get(id);
        if (all == null) {
            throw new StoreFailed(StoreFailed.Kind.NOT_FOUND, "there is no claim on " + id);
        }
        Claim highest = all.lastEntry().getValue();
        if (!highest.equals(claim)) {
            return new ClaimAnswer.Lost(highest, false);
        }
        confirmed.putIfAbsent(id, claim);
        written.run();
        return answer(claim, confirmed.getOrDefault(id, claim), true);
    }

    private static ClaimAnswer answer(Claim asked, Claim holder, boolean confirmed) {
        return holder.equals(asked) ? new ClaimAnswer.Won() : new ClaimAnswer.Lost(holder, confirmed);
    }
}
