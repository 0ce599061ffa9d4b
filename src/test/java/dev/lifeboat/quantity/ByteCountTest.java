package dev.lifeboat.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteCountTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "64k, 65536",
        "256m, 268435456",
        "1g, 1073741824",
        "1.5GiB, 1610612736",
        "2MB, 2097152",
        "1t, 1099511627776"
    })
    void readsWhatAPersonTypes(String typed, long bytes) {
        assertThat(ByteCount.parse(typed)).isEqualTo(new ByteCount(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "-1", "1x", "1.2.3g", "1 g", "99999999999999999999"})
    void refusesWhatIsNotASizeAndSaysWhatToWrite(String typed) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteCount.parse(typed))
                .withMessageContaining("write 256m");
    }

    @Test
    void printsBinaryUnits() {
        assertThat(ByteCount.ofMebi(256)).hasToString("256.0 MiB");
    }
}
