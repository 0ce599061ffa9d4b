package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.CheckpointStore.Chain;
import dev.lifeboat.agent.Round;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Our own with background rounds: before each save one round, as the agent runs it, then a wait until the victim has
/// changed its share again. Neither is in the figures of the save; the rounds have their own.
final class SavedAhead implements Contender {
    private final Ahead ahead;
    private final Chain chain;
    private final double share;
    private final LifeboatPipe pipe;
    private final List<RoundCost> rounds = new ArrayList<>();

    /// @param share of the victim's memory that shall have changed since the round began
    SavedAhead(Ahead ahead, Chain chain, double share, LifeboatPipe pipe) {
        this.ahead = ahead;
        this.chain = chain;
        this.share = share;
        this.pipe = pipe;
    }

    /// @param changed share of the victim's memory that was rewritten between the round's begin and the save
    record RoundCost(
            Duration elapsed, Duration processor, ByteCount read, ByteCount fresh, ByteCount stored, double changed) {
        double processorPerGigabyte() {
            return Measured.seconds(processor) / (read.bytes() / 1e9);
        }
    }

    @Override
    public String key() {
        return "lifeboat-ahead";
    }

    @Override
    public String title() {
        return "lifeboat, pages put ahead";
    }

    /// The first has all to send; the others follow a change of [#share] or more.
    List<RoundCost> rounds() {
        return List.copyOf(rounds);
    }

    @Override
    public Measured save(BenchVictim victim) throws IOException, InterruptedException {
        long before = victim.steps();
        Account start = Account.now();
        var round = new Round(ahead, new CountDownLatch(1));
        Round.Result result;
        try (var layer = chain.layer()) {
            result = round.run(victim.pid(), layer);
        }
        Duration elapsed = round.elapsed();
        Duration processor = Account.now().since(start).processor();
        double changed = victim.awaitChange(before, share);
        var taken = result.taken();
        rounds.add(new RoundCost(elapsed, processor, taken.pages(), taken.fresh(), taken.stored(), changed));
        return pipe.save(victim);
    }
}
