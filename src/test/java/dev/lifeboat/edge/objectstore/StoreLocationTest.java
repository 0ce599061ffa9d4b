package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoreLocationTest {
    @Test
    void whatFollowsTheBucketIsThePrefix() {
        assertThat(at("saves").prefix()).isEmpty();
        assertThat(at("saves/").prefix()).isEmpty();
        assertThat(at("saves/team-a/spot/").bucket()).isEqualTo("saves");
        assertThat(at("saves/team-a/spot/").prefix()).isEqualTo("team-a/spot");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/x", "Saves", "saves//x", "saves/x//y", "saves/../x", "saves/x/.", "saves/a b", "saves/é"})
    void anythingElseIsRefusedWithWhatToGive(String place) {
        assertThatThrownBy(() -> at(place)).isInstanceOf(IllegalArgumentException.class);
    }

    private static StoreLocation.S3 at(String place) {
        return StoreLocation.S3.at(place, null, "us-east-1", null, Duration.ofSeconds(1));
    }
}
