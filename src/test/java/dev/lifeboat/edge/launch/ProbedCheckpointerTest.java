package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.edge.criu.RecordingSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProbedCheckpointerTest {
    private final List<String> happened = new ArrayList<>();

    @Test
    void itIsStoodInForFromBeforeTheFreezeToTheEndOfTheDump() throws Exception {
        dump(() -> happened.add("dumped"));

        assertThat(happened).containsExactly("begun", "frozen", "captured", "dumped", "closed");
    }

    @Test
    void nobodyStandsInAnyMoreWhenADumpBreaks() {
        assertThatThrownBy(() -> dump(() -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");

        assertThat(happened).endsWith("closed");
    }

    private void dump(Runnable ending) throws InterruptedException {
        var checkpointer = new ProbedCheckpointer(new Freezing(ending), _ -> standing());
        var _ = checkpointer.dump(
                new Checkpointer.Source(7, Path.of("/nowhere"), Duration.ofSeconds(1)), new RecordingSink(), () -> {
                    happened.add("captured");
                    return Checkpointer.Verdict.THAW;
                });
    }

    private ProbedCheckpointer.Standing standing() {
        happened.add("begun");
        return () -> happened.add("closed");
    }

    private final class Freezing implements Checkpointer {
        private final Runnable ending;

        private Freezing(Runnable ending) {
            this.ending = ending;
        }

        @Override
        public DumpOutcome dump(Source source, PageSink pages, OnCaptured verdict) throws InterruptedException {
            happened.add("frozen");
            verdict.frozen();
            var _ = verdict.captured();
            ending.run();
            return new DumpOutcome.Thawed(Duration.ZERO);
        }

        @Override
        public RestoreOutcome restore(Path metadata, PageSource pages, OnRestored gate) {
            throw new UnsupportedOperationException();
        }
    }
}
