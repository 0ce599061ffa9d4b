package dev.lifeboat.edge.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class WhatIfTest {
    @Test
    void anUnknownFieldIsNamedAndTheKnownOnesAreListed() {
        assertThatThrownBy(() -> parse("{\n  \"apiVersion\": \"lifeboat.dev/v1alpha1\",\n  \"nods\": []\n}"))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("s.json:")
                .hasMessageContaining("\"nods\"")
                .hasMessageContaining("nodes");
    }

    @Test
    void aWrongTypeIsNamedWithItsField() {
        assertThatThrownBy(() -> parse("{\"nodes\": [{\"evictionRisk\": \"often\"}]}"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("nodes[0].evictionRisk");
    }

    @Test
    void brokenJsonIsNamedWithItsLine() {
        assertThatThrownBy(() -> parse("{\n\"nodes\": [}"))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("s.json:2:")
                .hasMessageContaining("not JSON");
    }

    @Test
    void aDurationInWrongUnitsSaysHowToWriteIt() {
        assertThatThrownBy(() -> SupposedNotice.parse("node=a,window=2min"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("\"2min\" is not a duration")
                .hasMessageContaining("90s");
    }

    @Test
    void aNoticeWithoutANodeSaysHowToWriteIt() {
        assertThatThrownBy(() -> SupposedNotice.parse("window=2m"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("node=NAME");
    }

    @Test
    void anotherKindOfFileIsRefused() {
        assertThatThrownBy(() -> new Supposition("s.json", parse("{}")))
                .isInstanceOf(BadInput.class)
                .hasMessage("s.json: apiVersion: is missing; write \"lifeboat.dev/v1alpha1\"");
    }

    @Test
    void durationsAreReadAsPeopleWriteThem() {
        assertThat(Words.duration("1h2m3.5s", "x").toMillis()).isEqualTo(3_723_500);
        assertThat(Words.duration("250ms", "x").toMillis()).isEqualTo(250);
        assertThat(Words.duration(Words.of(java.time.Duration.ofNanos(1_500_000_001)), "x")
                        .toNanos())
                .isEqualTo(1_500_000_001L);
    }

    private static ClusterSnapshot parse(String json) {
        return SnapshotFile.parse("s.json", json.getBytes(StandardCharsets.UTF_8));
    }
}
