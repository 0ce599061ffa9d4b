package dev.lifeboat.edge.source.gce;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A node that asks its metadata what it is, and the API how long it has.
final class GceWindowTest {
    private static final Duration OTHERWISE = Duration.ofSeconds(7);

    private final GceServer metadata = new GceServer();
    private final ComputeServer api = new ComputeServer();
    private final GceWindow window = new GceWindow(metadata.endpoint(), api.endpoint(), OTHERWISE);

    @AfterEach
    void stop() {
        window.close();
        api.close();
        metadata.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"preemptible\":true,\"provisioningModel\":\"SPOT\"}                              | PT30S",
                "{\"provisioningModel\":\"SPOT\",\"skipGuestOsShutdown\":true}                      | PT0S",
                "{\"provisioningModel\":\"SPOT\",\"preemptionNoticeDuration\":{\"seconds\":\"120\"}}| PT2M",
                "{\"provisioningModel\":\"SPOT\",\"preemptionNoticeDuration\":{\"seconds\":\"0\"}}  | PT30S",
                "{\"preemptible\":true}                                                             | PT30S",
                "{\"provisioningModel\":\"STANDARD\"}                                               | PT2M",
                "{}                                                                                 | PT2M"
            })
    void aNodesOwnSettingsSayItsWindow(String scheduling, Duration expected) throws Exception {
        api.instance("node-a", GceServer.ID, "RUNNING", scheduling);
        window.learn();

        assertThat(window.current()).isEqualTo(expected);
    }

    @Test
    void aNodeThatMayNotAskIsCountedOnAsToldAndAsksAgain() throws Exception {
        api.instance("node-a", GceServer.ID, "RUNNING", "{\"skipGuestOsShutdown\":true}");
        api.permit("no");
        window.learn();
        assertThat(window.current()).isEqualTo(OTHERWISE);

        api.permit("yes");
        window.learn();
        assertThat(window.current()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"preemptionNoticeDuration\":{\"seconds\":\"-5\"}}",
                "{\"preemptionNoticeDuration\":{\"seconds\":\"9999999999\"}}",
                "{\"preemptionNoticeDuration\":120}",
                "{\"skipGuestOsShutdown\":\"perhaps\"}",
                "[]",
                "null"
            })
    void absurdSettingsAreNotLearnt(String scheduling) throws Exception {
        api.instance("node-a", GceServer.ID, "RUNNING", scheduling);
        window.learn();

        assertThat(window.current()).isEqualTo(OTHERWISE);
    }

    @Test
    void aNodeKnowsItself() throws Exception {
        try (var http = new dev.lifeboat.edge.source.MetadataHttp(Duration.ofSeconds(2), 1_000)) {
            assertThat(new GceMetadata(metadata.endpoint(), http).machine())
                    .isEqualTo(new GceMachine("p", "z", "node-a", Long.parseLong(GceServer.ID), "n2-standard-4", true));
        }
    }

    @Test
    void whatIsKnownIsNotAskedAgain() throws Exception {
        api.instance("node-a", GceServer.ID, "RUNNING", "{\"skipGuestOsShutdown\":true}");
        window.learn();
        api.instance("node-a", GceServer.ID, "RUNNING", "{}");
        window.learn();

        assertThat(window.current()).isZero();
    }
}
