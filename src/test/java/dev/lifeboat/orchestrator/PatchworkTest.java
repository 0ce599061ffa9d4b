package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PatchworkTest {
    @Test
    void holdsWhatAMapWouldAfterAnyChanges() {
        var random = new Random(7);
        Patchwork<String, Integer> patchwork = Patchwork.empty();
        var map = new HashMap<String, Integer>();
        for (int change = 0; change < 2_000; change++) {
            String key = "node-" + random.nextInt(3_000);
            int value = random.nextInt(100);
            switch (random.nextInt(8)) {
                case 0 -> {
                    patchwork = patchwork.without(key);
                    map.remove(key);
                }
                case 1 -> {
                    patchwork = patchwork.without((Integer each) -> each == value);
                    map.values().removeIf(each -> each == value);
                }
                default -> {
                    patchwork = patchwork.with(Map.of(key, value, "other-" + key, value));
                    map.putAll(Map.of(key, value, "other-" + key, value));
                }
            }
            assertThat(patchwork.size()).isEqualTo(map.size());
            assertThat(patchwork.get(key)).isEqualTo(map.get(key));
        }
        assertThat(patchwork).isEqualTo(map).hasSameHashCodeAs(map);
        assertThat(patchwork.keySet()).containsExactlyInAnyOrderElementsOf(map.keySet());
    }

    @Test
    void aChangeLeavesWhatItWasMadeFromAsItWas() {
        Patchwork<String, Integer> before = Patchwork.copyOf(Map.of("a", 1, "b", 2));

        Patchwork<String, Integer> after = before.with(Map.of("a", 3, "c", 4)).without("b");

        assertThat(before).isEqualTo(Map.of("a", 1, "b", 2));
        assertThat(after).isEqualTo(Map.of("a", 3, "c", 4));
    }
}
