package dev.lifeboat.edge.criu.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.OnCaptured;
import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.edge.criu.FailureCode;
import dev.lifeboat.edge.criu.RecordingSink;
import dev.lifeboat.edge.criu.archive.ArchiveCheckpointer.Made;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArchiveCheckpointerTest {
    private static final long NUMBER = 7;
    private static final Duration AMPLE = Duration.ofMinutes(2);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path archive;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Recording engine;

    @BeforeEach
    void sample() throws IOException {
        archive = Sample.in(folder);
        Files.createDirectory(folder.resolve("images"));
        engine = new Recording(new Made.Written(archive, Sample.CONTAINER));
    }

    @Test
    void theContainerEndsOnceItsCheckpointIsDurable() throws Exception {
        DumpOutcome outcome = dump(AMPLE, new RecordingSink(), () -> {
            engine.said.add("durable");
            return Verdict.KILL;
        });

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        DumpOutcome.Killed.class,
                        killed -> assertThat(killed.pages().bytes()).isEqualTo(139_264));
        assertThat(engine.said).containsExactly("made", "described", "durable", "ended");
        assertThat(archive).doesNotExist();
    }

    @Test
    void itRunsOnWhenItsCheckpointIsNot() throws Exception {
        DumpOutcome outcome = dump(AMPLE, new RecordingSink(), () -> Verdict.THAW);

        assertThat(outcome).isInstanceOf(DumpOutcome.Thawed.class);
        assertThat(engine.said).containsExactly("made", "described");
        assertThat(archive).doesNotExist();
    }

    @Test
    void anotherContainersArchiveIsNotTaken() throws Exception {
        engine = new Recording(new Made.Written(archive, "f00d"));

        DumpOutcome outcome = dump(AMPLE, new RecordingSink(), () -> Verdict.KILL);

        assertThat(outcome).isInstanceOfSatisfying(DumpOutcome.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo("source-replaced");
            assertThat(failed.alive()).isTrue();
        });
        assertThat(engine.said).containsExactly("made");
        assertThat(archive).doesNotExist();
    }

    @Test
    void aBrokenArchiveIsNotTaken() throws Exception {
        Files.write(archive, new byte[] {1, 2, 3});

        DumpOutcome outcome = dump(AMPLE, new RecordingSink(), () -> Verdict.KILL);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        DumpOutcome.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo("archive-unreadable"));
        assertThat(archive).doesNotExist();
    }

    @Test
    void whyThereIsNoneIsSaid() throws Exception {
        engine = new Recording(new Made.Refused(FailureCode.KUBELET_GATE_OFF, "404 page not found"));

        DumpOutcome outcome = dump(AMPLE, new RecordingSink(), () -> Verdict.KILL);

        assertThat(outcome).isInstanceOfSatisfying(DumpOutcome.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo("kubelet-gate-off");
            assertThat(failed.logTail()).endsWith("404 page not found");
        });
    }

    @Test
    void itIsGivenUpWhenTheLimitIsSpent() throws Exception {
        DumpOutcome outcome = dump(Duration.ofMillis(200), new Stalled(), () -> Verdict.KILL);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        DumpOutcome.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo("limit-spent"));
        assertThat(engine.said).doesNotContain("ended");
        assertThat(archive).doesNotExist();
    }

    @Test
    void aVerdictThatWasGivenCountsHoweverLate() throws Exception {
        Thread dumping = Thread.currentThread();

        DumpOutcome outcome = dump(AMPLE, new RecordingSink(), () -> {
            dumping.interrupt();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException late) {
                // The manifest is on its way, and it arrives.
            }
            return Verdict.KILL;
        });

        assertThat(outcome).isInstanceOf(DumpOutcome.Killed.class);
        assertThat(engine.said).endsWith("ended");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void itRestoresNothing() {
        var outcome = new ArchiveCheckpointer(engine).restore(folder, new RecordingSink(), _ -> true);

        assertThat(outcome).isInstanceOf(RestoreOutcome.Failed.class);
    }

    private DumpOutcome dump(Duration limit, PageSink sink, OnCaptured verdict) throws InterruptedException {
        return new ArchiveCheckpointer(engine).dump(new Source(NUMBER, folder.resolve("images"), limit), sink, verdict);
    }

    /// A store that takes nothing.
    private static final class Stalled extends RecordingSink {
        @Override
        public ByteBuffer reserve(Extent extent) throws InterruptedException {
            new CountDownLatch(1).await();
            return super.reserve(extent);
        }
    }

    /// Says what was asked of it.
    private static final class Recording implements ArchiveCheckpointer.Engine {
        private final Made made;
        private final List<String> said = new ArrayList<>();

        Recording(Made made) {
            this.made = made;
        }

        @Override
        public Made make(long container, Duration limit) {
            said.add("made");
            return made;
        }

        @Override
        public void describe(long container, Path images) {
            said.add("described");
        }

        @Override
        public void end(long container) {
            said.add("ended");
        }

        @Override
        public boolean runs(long container) {
            return !said.contains("ended");
        }
    }
}
