package dev.lifeboat.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WindowTest {
    @ParameterizedTest
    @CsvSource({"PT2M, PT20S", "PT41S, PT20S", "PT40S, PT20S", "PT39S, PT19.5S", "PT30S, PT15S", "PT0S, PT0S"})
    void keepsBackItsReserveButNoMoreThanHalf(Duration whole, Duration keptBack) {
        var window = new Window(Duration.ofSeconds(20), 0.95, Window.OnOverrun.NextRung, Map.of());

        assertThat(window.keptBack(whole)).isEqualTo(keptBack);
    }
}
