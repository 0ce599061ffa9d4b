package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.orchestrator.Input;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.Orchestrator;
import dev.lifeboat.orchestrator.View;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.jspecify.annotations.Nullable;

/// Feeds the inputs of the partitions that this process owns to their orchestrators and makes each batch's decisions
/// durable: journal events, orders, dead letters and input offsets in one transaction.
///
/// A *term* is the time between two rebalances. Its state is read from the journal when it begins and thrown away when
/// it ends; a transaction names the term's group generation, so the broker refuses what a former owner still decides.
/// [#assigned] and [#revoked] come from the polling thread, [#decide] from one worker; all they share is which term
/// it is.
public final class DecisionLoop {
    private record Term(ConsumerGroupMetadata group, Map<Integer, Orchestrator> shards) {}

    private final Topics topics;
    private final InputRecords inputs;
    private final JournalReader journal;
    private final Producer<byte[], byte[]> producer;
    private final IntFunction<Orchestrator> orchestrators;
    private final Supplier<View> view;
    private final BadHeartbeats bad;
    private final JustDecided decided;
    private final InstantSource clock;
    private final Observer observer;

    private volatile Set<Integer> pressed = Set.of();
    private final AtomicReference<@Nullable Term> term = new AtomicReference<>();

    /// @param producer transactional and initialised
    DecisionLoop(
            Topics topics,
            JournalReader journal,
            Producer<byte[], byte[]> producer,
            IntFunction<Orchestrator> orchestrators,
            Supplier<View> view,
            BadHeartbeats bad,
            JustDecided decided,
            InstantSource clock,
            Observer observer) {
        this.topics = topics;
        this.inputs = new InputRecords(topics);
        this.journal = journal;
        this.producer = producer;
        this.orchestrators = orchestrators;
        this.view = view;
        this.bad = bad;
        this.decided = decided;
        this.clock = clock;
        this.observer = observer;
    }

    /// Begins a term. Asking for the committed offsets first makes the coordinator settle every transaction of a
    /// former owner that has sent its offsets; only then is the journal's end the end.
    ///
    /// @throws IllegalStateException when a journal is corrupt: this process must stop
    void assigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        consumer.committed(Set.copyOf(partitions));
        var shards = new HashMap<Integer, Orchestrator>();
        for (TopicPartition partition : partitions) {
            if (!shards.containsKey(partition.partition())) {
                Orchestrator orchestrator = orchestrators.apply(partition.partition());
                journal.read(partition.partition(), event -> {
                    orchestrator.replay(event);
                    observer.replayed(event);
                });
                shards.put(partition.partition(), orchestrator);
            }
        }
        term.set(new Term(consumer.groupMetadata(), Map.copyOf(shards)));
        observer.took(Set.copyOf(shards.keySet()), open(shards.values()));
    }

    private static List<Migration> open(Collection<Orchestrator> shards) {
        return shards.stream()
                .flatMap(shard -> shard.state().migrations().stream())
                .filter(migration -> !(migration instanceof Migration.Closed))
                .toList();
    }

    void revoked() {
        pressed = Set.of();
        term.set(null);
        observer.gaveUp();
    }

    /// The partitions owned now in which something waits to be saved.
    Set<Integer> pressed() {
        return pressed;
    }

    /// The partitions owned now.
    public Set<Integer> partitions() {
        Term current = term.get();
        return current == null ? Set.of() : current.shards().keySet();
    }

    /// Decides on one polled batch. A batch that was polled in another term is passed over: its offsets were not
    /// committed, so its records come again to whoever owns them now.
    ///
    /// @param generation of the group when the batch was polled
    /// @throws KafkaException when the decisions could not be made durable in this term: the state is ahead of the
    ///     journal, and this process must start again
    void decide(Iterable<ConsumerRecord<byte[], byte[]>> records, int generation) {
        Term current = term.get();
        if (current == null || current.group().generationId() != generation) {
            return;
        }
        Instant now = clock.instant();
        View seen = view.get();
        var batch = new Batch(topics, observer);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Orchestrator orchestrator = current.shards().get(record.partition());
            if (orchestrator != null) {
                seen = decide(record, orchestrator, seen, now, batch);
            }
        }
        bad.take(current.shards().keySet()).forEach(letter -> batch.deadLetter(letter.record(), letter.why()));
        pressed = current.shards().entrySet().stream()
                .filter(shard -> shard.getValue().state().isPressed())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
        if (!batch.offsets.isEmpty()) {
            commit(batch, current);
        }
    }

    /// @return what is seen after it: the next partition must not promise the same memory again
    private View decide(
            ConsumerRecord<byte[], byte[]> record, Orchestrator orchestrator, View seen, Instant now, Batch batch) {
        batch.done(record);
        View after = seen;
        try {
            Input input = inputs.read(record);
            var step = orchestrator.step(input, seen, now);
            batch.add(record.partition(), step, orchestrator.state());
            batch.heard(input);
            for (JournalEvent event : step.events()) {
                after = after.with(event);
            }
        } catch (Unreadable e) {
            batch.deadLetter(record, e);
        }
        return after;
    }

    private void commit(Batch batch, Term current) {
        producer.beginTransaction();
        try {
            batch.records.forEach(this::send);
            producer.sendOffsetsToTransaction(batch.offsets, current.group());
            producer.commitTransaction();
        } catch (CommitFailedException | FencedInstanceIdException | UnknownMemberIdException e) {
            producer.abortTransaction();
            giveUp(current, e);
            return;
        }
        batch.tellObserver();
    }

    /// What fails here fails the commit. What is in the log is remembered before anybody can read it as committed.
    private void send(Batch.Written written) {
        JournalEvent event = written.event();
        var _ = producer.send(written.record(), (where, failure) -> {
            if (event != null && failure == null) {
                decided.put(where.partition(), where.offset(), event);
            }
        });
    }

    /// The group has moved on, so the term is over whether or not we have been told. Fenced by another process of the
    /// same name, there is none to come.
    private void giveUp(Term current, KafkaException why) {
        boolean ours = term.compareAndSet(current, null);
        if (ours) {
            observer.gaveUp();
        }
        if (ours && why instanceof FencedInstanceIdException) {
            throw why;
        }
    }
}
