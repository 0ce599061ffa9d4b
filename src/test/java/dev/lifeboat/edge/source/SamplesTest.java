package dev.lifeboat.edge.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import dev.lifeboat.edge.source.ec2.ImdsNotices;
import dev.lifeboat.edge.source.ec2.ImdsPath;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The samples of every source.
final class SamplesTest {
    static List<Sample> samples() {
        return Sample.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aSampleIsUnderstoodAsItSays(Sample sample) {
        assertThat(sample.read(sample.letter().body())).map(Sample::words).isEqualTo(sample.expected());
    }

    @Test
    void everySourceHasItsFolderAndEveryFolderItsSettings() throws Exception {
        Map<String, SourceSettings> settings =
                SourceSettings.readAll(Drawn.top().resolve("eviction-listeners"));

        assertThat(settings.keySet())
                .containsAll(samples().stream().map(Sample::source).collect(Collectors.toSet()));
        assertThat(settings.get(ImdsNotices.SOURCE)).satisfies(imds -> {
            assertThat(imds.enabled()).isTrue();
            for (ImdsPath path : ImdsPath.values()) {
                assertThat(path.cadence(imds.cadence())).isEqualTo(path.cadence());
            }
        });
    }
}
