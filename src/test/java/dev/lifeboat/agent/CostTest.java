package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.quantity.ByteRate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CostTest {
    private Duration own = Duration.ofSeconds(100);
    private Duration preDumps = Duration.ofSeconds(50);

    @Test
    void whatIsUsedBetweenRoundsIsNotTheirs() {
        var cost = new Cost(ahead(null));
        assertThat(cost.spent()).isZero();
        cost.begin();
        own = own.plusSeconds(3);
        cost.end();
        own = own.plusSeconds(20);
        cost.begin();
        own = own.plusSeconds(4);
        cost.end();

        assertThat(cost.spent()).isEqualTo(Duration.ofSeconds(7));
    }

    /// Otherwise hours of rounds would be counted in the second in which they end.
    @Test
    void theRoundAtWorkIsCountedAsItGoes() {
        var cost = new Cost(ahead(null));
        cost.begin();
        own = own.plusSeconds(3);
        assertThat(cost.spent()).isEqualTo(Duration.ofSeconds(3));
        own = own.plusSeconds(1);
        assertThat(cost.spent()).isEqualTo(Duration.ofSeconds(4));
        cost.end();
        assertThat(cost.spent()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void whatPreDumpsUseInTheirOwnProcessesIsCounted() {
        var cost = new Cost(ahead(new PreDumper() {
            @Override
            public Outcome preDump(Checkpointer.Source source, PageSink pages) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Duration processor() {
                return preDumps;
            }
        }));
        cost.begin();
        own = own.plusSeconds(1);
        preDumps = preDumps.plusSeconds(2);
        cost.end();

        assertThat(cost.spent()).isEqualTo(Duration.ofSeconds(3));
    }

    private Ahead ahead(@Nullable PreDumper preDumper) {
        var gauge = new Gauge() {
            @Override
            public Duration elapsed() {
                return Duration.ZERO;
            }

            @Override
            public Duration processor() {
                return own;
            }
        };
        return new Ahead(LiveMemory.NONE, new Budget(1, ByteRate.ofMegabytes(1)), gauge, 1, preDumper);
    }
}
