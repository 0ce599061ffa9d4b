package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class JustDecidedTest {
    private static final JournalEvent EVENT =
            new MigrationEvent.WorkloadLetGo(new MigrationId("m-1"), Instant.EPOCH, LetGoReason.WITHDRAWN);

    private final JustDecided decided = new JustDecided();

    @Test
    void whatWasPutIsTakenByItsPlaceAndOnce() {
        decided.put(0, 5, EVENT);

        assertThat(decided.take(1, 5)).isNull();
        assertThat(decided.take(0, 4)).isNull();
        assertThat(decided.take(0, 5)).isSameAs(EVENT);
        assertThat(decided.take(0, 5)).isNull();
    }

    @Test
    void whatWasRolledBackIsPassedOver() {
        decided.put(0, 5, EVENT);
        decided.put(0, 9, EVENT);

        assertThat(decided.take(0, 8)).isNull();
        assertThat(decided.take(0, 9)).isSameAs(EVENT);
    }

    @Test
    void aReaderThatHasFallenBehindFindsTheNewest() {
        LongStream.rangeClosed(0, JustDecided.MOST).forEach(offset -> decided.put(0, offset, EVENT));

        assertThat(decided.take(0, 0)).isNull();
        assertThat(decided.take(0, JustDecided.MOST)).isSameAs(EVENT);
    }
}
