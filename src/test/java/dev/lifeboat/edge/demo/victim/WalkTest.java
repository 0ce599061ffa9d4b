package dev.lifeboat.edge.demo.victim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WalkTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 16, 101, 4096, 16_384, 65_536})
    void visitsEveryPageOnceAndKnowsTheWayBack(int pages) {
        Walk walk = Walk.over(pages, 99);
        assertThat(IntStream.range(0, pages).map(walk::pageAt).distinct()).hasSize(pages);
        assertThat(IntStream.range(0, pages)).allMatch(place -> walk.placeOf(walk.pageAt(place)) == place);
    }
}
