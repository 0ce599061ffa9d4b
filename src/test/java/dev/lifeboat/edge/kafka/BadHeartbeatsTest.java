package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BadHeartbeatsTest {
    private static final String GOOD = text();

    private final BadHeartbeats bad = new BadHeartbeats();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "avx2"                    | "avx2","snow\u2603"        | cannot be printed
            "xsaveSize":2432          | "xsaveSize":-1              | XSAVE
            "bytes":536870912         | "bytes":-5                  | negative
            "kind":"SPOT"             | "kind":"BORROWED"           | BORROWED
            "zone":"eu-west-1a"       | "zone":null                 | zone
            "architecture":"amd64",   | ''                          | architecture
            "prestaged":["lab/pi"]    | "prestaged":["pi"]          | pi
            """)
    void factsThatCannotBeAreBuriedAndTheRestIsUsed(String good, String wrong, String detail) {
        assertThat(GOOD).contains(good);
        var heartbeat = bad.read(record(GOOD.replace(good, wrong)));

        assertThat(heartbeat).get().isInstanceOfSatisfying(Report.Heartbeat.class, rest -> {
            assertThat(rest.capacity()).isNull();
            assertThat(rest.workloads()).hasSize(1);
        });
        assertThat(bad.take(Set.of(3))).singleElement().satisfies(letter -> {
            assertThat(letter.why().reason()).isEqualTo(Unreadable.Reason.BAD_FACTS);
            assertThat(letter.why()).hasMessageContaining(detail);
        });
    }

    @Test
    void moreFeaturesThanAnyProcessorHasAreTooMany() {
        var many = new StringBuilder("\"avx2\"");
        for (int i = 0; i < 1_024; i++) {
            many.append(",\"f").append(i).append('"');
        }
        bad.read(record(GOOD.replace("\"avx2\"", many)));
        assertThat(bad.take(Set.of(3))).hasSize(1);
    }

    @Test
    void theSameComplaintIsBuriedOnceAndAgainOnlyAfterAGoodHeartbeat() {
        var wrong = record(GOOD.replace("\"avx2\"", "\"snow\u2603\""));
        bad.read(wrong);
        bad.read(wrong);
        assertThat(bad.take(Set.of(3))).hasSize(1);
        bad.read(wrong);
        assertThat(bad.take(Set.of(3))).isEmpty();
        bad.read(record(GOOD));
        bad.read(wrong);
        assertThat(bad.take(Set.of(3))).hasSize(1);
    }

    @Test
    void onlyTheOwnerOfThePartitionBuries() {
        bad.read(record("hello"));
        assertThat(bad.take(Set.of(0, 1))).isEmpty();
    }

    private static ConsumerRecord<byte[], byte[]> record(String text) {
        return new ConsumerRecord<>(
                Topics.TELEMETRY,
                3,
                0,
                "node-a".getBytes(StandardCharsets.UTF_8),
                text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text() {
        var workload = new Workload(
                WorkloadId.parse("lab/pi"), "Process", "c", Map.of(), new Footprint(ByteCount.ZERO, ByteCount.ZERO, 1));
        var heartbeat = new Report.Heartbeat(
                new NodeName("node-a"),
                Instant.EPOCH,
                List.of(workload),
                new ByteRate(0),
                true,
                WireTest.machine("avx2"));
        return new String(Wire.REPORTS.write(heartbeat), StandardCharsets.UTF_8);
    }
}
