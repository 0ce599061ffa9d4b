package dev.lifeboat.edge.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TraceTest {
    private static final Path TRACES = Path.of("src/test/resources/traces");

    @Test
    void readsWhatEc2MachinesDid() {
        Trace trace = Trace.read(TRACES.resolve("p3-excerpt.csv"));
        assertThat(trace.changes()).hasSize(60);
        assertThat(trace.changes().getFirst()).isEqualTo(new Trace.Change(0, Trace.Kind.ADDED, "node1"));
    }

    @Test
    void turnsACapacityIntoComingsAndGoings() {
        Trace trace = Trace.read(TRACES.resolve("a100.txt"));
        assertThat(trace.changes()).filteredOn(change -> change.at() == 0).hasSize(55);
        assertThat(trace.changes()).contains(new Trace.Change(260, Trace.Kind.REMOVED, "m1"));
    }

    @Test
    void countsLinesWhoseClockRunsBackwards() {
        Trace trace = Trace.parse("t", List.of("2021-12-10, 13:07:45, 2", "2021-12-10, 13:06:45, 9"));
        assertThat(trace.skipped()).isEqualTo(1);
        assertThat(trace.changes()).hasSize(2);
    }

    @Test
    void namesTheLineThatItCannotRead() {
        assertThatThrownBy(() -> Trace.parse("t.csv", List.of("0,add,node1", "soon,add,node2")))
                .isInstanceOf(Unreadable.class)
                .hasMessageStartingWith("t.csv:2:");
    }

    @Test
    void thoseWhoLostTheirMachineWaitForTheNext() {
        Trace trace = Trace.parse("t", List.of("0,add,a", "10000,remove,a", "20000,add,b", "50000,remove,b"));
        assertThat(Stay.of(trace, 1))
                .containsExactly(List.of(new Stay(0, "a", 0, 10)), List.of(new Stay(0, "b", 20, 50)));
    }
}
