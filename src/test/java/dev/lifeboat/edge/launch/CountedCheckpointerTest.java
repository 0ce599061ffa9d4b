package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.edge.criu.RecordingSink;
import dev.lifeboat.quantity.ByteCount;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CountedCheckpointerTest {
    private final List<String> failed = new ArrayList<>();

    @Test
    void whatFailsIsToldByItsCode() throws Exception {
        var counted = new CountedCheckpointer(
                new Ended(
                        new Checkpointer.DumpOutcome.Failed("kubelet-gate-off", "", true),
                        new Checkpointer.RestoreOutcome.Failed("pid-taken", "")),
                failed::add);

        dump(counted);
        restore(counted);

        assertThat(failed).containsExactly("kubelet-gate-off", "pid-taken");
    }

    @Test
    void whatDoesNotFailIsNot() throws Exception {
        var counted = new CountedCheckpointer(
                new Ended(
                        new Checkpointer.DumpOutcome.Killed(Duration.ZERO, ByteCount.ZERO),
                        new Checkpointer.RestoreOutcome.Unfit("another processor")),
                failed::add);

        dump(counted);
        restore(counted);

        assertThat(failed).isEmpty();
    }

    private static void dump(Checkpointer counted) throws InterruptedException {
        var _ = counted.dump(
                new Checkpointer.Source(7, Path.of("/nowhere"), Duration.ofSeconds(1)),
                new RecordingSink(),
                () -> Checkpointer.Verdict.THAW);
    }

    private static void restore(Checkpointer counted) throws InterruptedException {
        var _ = counted.restore(Path.of("/nowhere"), new RecordingSink(), _ -> true);
    }

    private record Ended(DumpOutcome dumped, RestoreOutcome restored) implements Checkpointer {
        @Override
        public DumpOutcome dump(Source source, PageSink pages, OnCaptured verdict) {
            return dumped;
        }

        @Override
        public RestoreOutcome restore(Path metadata, PageSource pages, OnRestored gate) {
            return restored;
        }
    }
}
