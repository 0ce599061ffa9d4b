package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BudgetTest {
    private final Budget budget = new Budget(0.2, ByteRate.ofMegabytes(10));

    @Test
    void restsUntilTheProcessorsShareIsKept() {
        assertThat(budget.rest(used(1000, 300, 0))).isEqualTo(Duration.ofMillis(500));
        assertThat(budget.rest(used(1500, 300, 0))).isZero();
        assertThat(budget.rest(used(1501, 300, 0))).isZero();
    }

    @Test
    void restsUntilTheLinksShareIsKept() {
        assertThat(budget.rest(used(1000, 0, 20_000_000))).isEqualTo(Duration.ofSeconds(1));
        assertThat(budget.rest(used(2000, 0, 20_000_000))).isZero();
    }

    @Test
    void theScarcerOfTheTwoCounts() {
        assertThat(budget.rest(used(1000, 600, 20_000_000))).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void nothingIsNoBudget() {
        assertThatThrownBy(() -> new Budget(0, ByteRate.ofMegabytes(1))).hasMessageContaining("more than nothing");
        assertThatThrownBy(() -> new Budget(1, new ByteRate(0))).hasMessageContaining("more than nothing");
    }

    private static Budget.Used used(int millis, int processorMillis, long stored) {
        return new Budget.Used(Duration.ofMillis(millis), Duration.ofMillis(processorMillis), new ByteCount(stored));
    }
}
