package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.migration.StandingOrders.Rhythm;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RoundsTest {
    private static final WorkloadId PI = new WorkloadId("lab", "pi");
    private static final long PID = 7;
    private static final int PAGES = 64;
    private static final long BYTES = (long) PAGES * Extent.PAGE_SIZE;

    private final MemoryCheckpoints store = new MemoryCheckpoints();
    private final FakeMemory memory = new FakeMemory();
    private final List<Evacuee> running = new ArrayList<>(List.of(evacuee()));
    private Duration processor = Duration.ZERO;
    private int saves;

    @Test
    void aSaveAfterARoundStoresOnlyWhatHasChanged() throws Exception {
        var rounds = rounds(store, 10);
        memory.put(PID, noise(1));

        assertThat(rounds.pass(Set.of())).singleElement().satisfies(copied -> {
            assertThat(copied.workload().id()).isEqualTo(PI);
            assertThat(copied.whole()).isTrue();
            assertThat(copied.taken().pages().bytes()).isEqualTo(BYTES);
            assertThat(copied.taken().fresh().bytes()).isEqualTo(BYTES);
        });
        byte[] later = noise(1);
        later[5] ^= 1;
        assertThat(saved(rounds, later)).isEqualTo(Extent.PAGE_SIZE);
    }

    @Test
    void theNextRoundSendsOnlyWhatIsNew() throws Exception {
        var rounds = rounds(store, 10);
        memory.put(PID, noise(1));
        rounds.pass(Set.of());
        byte[] later = noise(1);
        later[5] ^= 1;
        memory.put(PID, later);

        assertThat(rounds.pass(Set.of()).getFirst().taken().fresh().bytes()).isEqualTo(Extent.PAGE_SIZE);
        assertThat(saved(rounds, later)).isZero();
    }

    @Test
    void aSaveEndsARoundThatRests() throws Exception {
        var rounds = rounds(store, 10);
        memory.put(PID, noise(1));
        var resting = new CountDownLatch(1);
        // An hour of processor time at a fifth of a core: five hours of rest are due.
        processor = Duration.ofHours(1);
        onProcessorAsked = calls -> {
            if (calls == 3) {
                resting.countDown();
            }
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var pass = threads.submit(() -> rounds.pass(Set.of()));
            assertThat(resting.await(2, TimeUnit.MINUTES)).isTrue();
            rounds.halt().hold();

            assertThat(rounds.spent()).as("of the round at work").isEqualTo(Duration.ofHours(1));
            assertThat(pass.get(2, TimeUnit.MINUTES))
                    .singleElement()
                    .satisfies(copied -> assertThat(copied.whole()).isFalse());
        }
        assertThat(rounds.pass(Set.of())).isEmpty();
        rounds.halt().resume();
        onProcessorAsked = _ -> {};
        processor = Duration.ofHours(2);
        assertThat(rounds.spent()).as("of the round that has ended").isEqualTo(Duration.ofHours(1));
        processor = Duration.ZERO;
        assertThat(rounds.pass(Set.of()))
                .singleElement()
                .satisfies(copied -> assertThat(copied.whole()).isTrue());
    }

    @Test
    void aStoreThatFailsCostsOneRound() throws Exception {
        var broken = new MemoryCheckpoints.Way() {
            private boolean fails = true;

            @Override
            public void there(MemoryCheckpoints.Call call) {
                if (fails && call == MemoryCheckpoints.Call.CHAIN) {
                    throw new StoreFailed(StoreFailed.Kind.REFUSED, "bucket full");
                }
            }

            @Override
            public void back(MemoryCheckpoints.Call call) {}
        };
        var rounds = rounds(store.over(broken), 10);
        memory.put(PID, noise(1));

        assertThat(rounds.pass(Set.of()))
                .singleElement()
                .satisfies(copied -> assertThat(copied.trouble()).isEqualTo("bucket full"));
        assertThat(saved(rounds, noise(1))).isEqualTo(BYTES);

        broken.fails = false;
        assertThat(rounds.pass(Set.of()))
                .singleElement()
                .satisfies(copied -> assertThat(copied.whole()).isTrue());
        assertThat(saved(rounds, noise(1))).isZero();
    }

    @Test
    void aLongChainStartsAnewAndServesUntilTheNewOneHasEverything() throws Exception {
        var rounds = rounds(store, 2);
        memory.put(PID, noise(1));
        rounds.pass(Set.of());
        rounds.pass(Set.of());
        memory.put(PID, noise(2));

        assertThat(rounds.pass(Set.of()).getFirst().taken().fresh().bytes()).isEqualTo(BYTES);

        assertThat(saved(rounds, noise(2))).isZero();
        assertThat(saved(rounds, noise(1)))
                .as("what has gone with the old chain")
                .isEqualTo(BYTES);
    }

    @Test
    void aRestartedAgentStartsAnewAndSweeps() throws Exception {
        memory.put(PID, noise(1));
        var before = rounds(store, 10);
        before.pass(Set.of());
        var old = before.chain(PI).orElseThrow();

        var after = rounds(store, 10);
        assertThat(after.chain(PI)).isEmpty();
        assertThat(saved(after, noise(1))).isEqualTo(BYTES);
        after.pass(Set.of());

        assertThat(saved(after, noise(1))).isZero();
        assertThat(stored(old, noise(1))).as("the old agent's chain is gone").isEqualTo(BYTES);
    }

    @Test
    void whatHasLeftHasNoChain() throws Exception {
        var rounds = rounds(store, 10);
        memory.put(PID, noise(1));
        rounds.pass(Set.of());
        running.clear();

        assertThat(rounds.pass(Set.of())).isEmpty();

        assertThat(rounds.chain(PI)).isEmpty();
    }

    @Test
    void aRoundComesWhenTheLastWordOnItSays() throws Exception {
        memory.put(PID, noise(1));
        var rounds = rounds(store, 10, new Tempo(() -> said, Duration.ofMinutes(5)));

        assertThat(rounds.pass(Set.of())).as("the first at once").hasSize(1);
        elapsed = Duration.ofSeconds(299);
        assertThat(rounds.pass(Set.of())).as("nothing was said").isEmpty();
        elapsed = Duration.ofMinutes(5);
        assertThat(rounds.pass(Set.of())).hasSize(1);

        said = List.of(rhythm(Duration.ofSeconds(20)));
        elapsed = elapsed.plusSeconds(19);
        assertThat(rounds.pass(Set.of())).isEmpty();
        elapsed = elapsed.plusSeconds(1);
        assertThat(rounds.pass(Set.of())).hasSize(1);

        said = List.of(rhythm(null));
        elapsed = elapsed.plus(Duration.ofDays(1));
        assertThat(rounds.pass(Set.of())).as("it would not pay").isEmpty();
    }

    @Test
    void withoutAnyWordAndWithoutADefaultNothingIsCopied() throws Exception {
        memory.put(PID, noise(1));
        assertThat(rounds(store, 10, new Tempo(List::of, null)).pass(Set.of())).isEmpty();
    }

    /// Else plans would believe that all of it lies in the store.
    @Test
    void whereNothingCanBeCopiedAheadNothingIsSaidToBe() throws Exception {
        var host = new Host(new NodeName("node-a"), "kubelet", "6.1.0", "cpu", Path.of("/dev/shm"));
        var rounds = new Rounds(host, workloads(), store, Ahead.NONE, new Fillings());

        assertThat(rounds.pass(Set.of())).isEmpty();
        assertThat(rounds.now(evacuee(), new CountDownLatch(1)).whole()).isFalse();
        assertThat(rounds.copiedAgo(PI)).isEmpty();
        assertThat(rounds.chain(PI)).isEmpty();
    }

    @Test
    void aRoundKeepsToThePolicysBudgetAndToItsNodes() {
        var ahead = new Ahead(
                memory,
                new Budget(0.2, ByteRate.ofMegabytes(25)),
                Ahead.NONE.gauge(),
                1,
                null,
                new Tempo(() -> List.of(new Rhythm(PI, null, 0.5, ByteRate.ofMegabytes(10))), null));

        assertThat(ahead.of(PI).budget()).isEqualTo(new Budget(0.2, ByteRate.ofMegabytes(10)));
        assertThat(ahead.of(new WorkloadId("lab", "tau")).budget()).isEqualTo(ahead.budget());
    }

    private List<Rhythm> said = List.of();
    private Duration elapsed = Duration.ZERO;

    private static Rhythm rhythm(@Nullable Duration every) {
        return new Rhythm(PI, every, 0.2, ByteRate.ofMegabytes(1e9));
    }

    private java.util.function.IntConsumer onProcessorAsked = _ -> {};

    private Rounds rounds(CheckpointStore on, int limit) {
        return rounds(on, limit, Tempo.ALWAYS);
    }

    private Rounds rounds(CheckpointStore on, int limit, Tempo tempo) {
        var gauge = new Gauge() {
            private int calls;

            @Override
            public Duration elapsed() {
                return elapsed;
            }

            // Zero when the first round begins, all of it from then on.
            @Override
            public Duration processor() {
                onProcessorAsked.accept(++calls);
                return calls <= 2 ? Duration.ZERO : processor;
            }
        };
        var budget = new Budget(0.2, ByteRate.ofMegabytes(1e9));
        var host = new Host(new NodeName("node-a"), "criu 4.1.1", "6.1.0", "cpu", Path.of("/dev/shm"));
        return new Rounds(host, workloads(), on, new Ahead(memory, budget, gauge, limit, null, tempo), new Fillings());
    }

    private long saved(Rounds rounds, byte[] content) throws InterruptedException {
        var chain = rounds.chain(PI);
        if (chain.isPresent()) {
            return stored(chain.get(), content);
        }
        try (var draft = store.draft(id())) {
            return stored(draft, content);
        }
    }

    private long stored(CheckpointStore.Chain chain, byte[] content) throws InterruptedException {
        try (var draft = store.draft(id(), chain)) {
            return stored(draft, content);
        }
    }

    private static long stored(CheckpointStore.Draft draft, byte[] content) throws InterruptedException {
        var extent = new Extent(new MemoryObject(MemoryObject.Kind.TASK, PID), 0, PAGES);
        draft.pages().reserve(extent).put(content);
        draft.pages().commit(extent);
        return draft.commit(new Facts("lab/pi", "node-a", "criu", "6.1", "cpu", PID))
                .stored()
                .bytes();
    }

    private CheckpointId id() {
        return new CheckpointId("save-" + ++saves);
    }

    private static byte[] noise(long seed) {
        byte[] bytes = new byte[(int) BYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static Evacuee evacuee() {
        var footprint = new Footprint(new ByteCount(BYTES), ByteCount.ZERO, 1);
        return new Evacuee(new Workload(PI, "Process", "pi", Map.of(), footprint), PID, null);
    }

    private Workloads workloads() {
        return new Workloads() {
            @Override
            public List<Evacuee> running() {
                return List.copyOf(running);
            }

            @Override
            public Optional<Evacuee> find(WorkloadId id) {
                return running.stream().findFirst();
            }

            @Override
            public Path folder(WorkloadId id) {
                return Path.of("/nowhere");
            }

            @Override
            public void adopt(WorkloadId id, long pid, CheckpointId from) {}

            @Override
            public void tell(WorkloadId id) {}

            @Override
            public void kill(WorkloadId id) {}
        };
    }
}
