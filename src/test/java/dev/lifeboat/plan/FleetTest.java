package dev.lifeboat.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FleetTest {
    private static final int CASES = 100;

    @Test
    void savesAsMuchAsTheBestOfAllDivisions() {
        for (int seed = 0; seed < CASES; seed++) {
            var random = new Random(seed);
            Fleet fleet = random(random, 3);
            double store = random.nextDouble() * 3e8;
            double best = optimum(fleet.nodes(), 0, store);
            assertThat(saved(fleet, fleet.divide(new ByteRate(store))))
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(best - 1e-9);
        }
    }

    @Test
    void neverGivesMoreThanTheStoreTakesNorThanANodeCanSend() {
        for (int seed = 0; seed < CASES; seed++) {
            var random = new Random(seed);
            Fleet fleet = random(random, 30);
            double store = random.nextDouble() * 2e9;
            Map<NodeName, ByteRate> shares = fleet.divide(new ByteRate(store));
            assertThat(shares.values().stream()
                            .mapToDouble(ByteRate::bytesPerSecond)
                            .sum())
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(store * (1 + 1e-12));
            for (Fleet.Node node : fleet.nodes()) {
                assertThat(shares.get(node.node())).as("seed %d", seed).isLessThanOrEqualTo(node.uplink());
            }
        }
    }

    @Test
    void aStoreThatTakesMoreNeverSavesLess() {
        for (int seed = 0; seed < 30; seed++) {
            Fleet fleet = random(new Random(seed), 20);
            double before = 0;
            for (int megabytes = 0; megabytes <= 1500; megabytes += 150) {
                double value = planned(fleet, megabytes * 1e6);
                assertThat(value).as("seed %d, %d MB/s", seed, megabytes).isGreaterThanOrEqualTo(before - 1e-9);
                before = value;
            }
        }
    }

    @Test
    void whatIsWorthMostForItsBandwidthIsServedFirst() {
        var fleet = new Fleet(List.of(node("a", 100, load(1, 1000, 10)), node("b", 100, load(2, 1000, 10))));
        Map<NodeName, ByteRate> shares = fleet.divide(ByteRate.ofMegabytes(100));
        assertThat(shares.get(new NodeName("b"))).isEqualTo(ByteRate.ofMegabytes(100));
        assertThat(shares.get(new NodeName("a"))).isEqualTo(new ByteRate(0));
    }

    @Test
    void aLoadThatEndsJustAtItsDeadlineIsServedAndOneThatEndsJustAfterIsNot() {
        assertThat(planned(new Fleet(List.of(node("a", 100, load(1, 1000, 10)))), 1e8))
                .isEqualTo(1);
        assertThat(planned(new Fleet(List.of(node("a", 100, load(1, 1001, 10)))), 1e8))
                .isZero();
    }

    @Test
    void whatIsLeftGoesToTheNodesWithLeast() {
        var fleet = new Fleet(List.of(node("a", 100), node("b", 100), node("c", 10)));
        Map<NodeName, ByteRate> shares = fleet.divide(ByteRate.ofMegabytes(60));
        assertThat(shares.get(new NodeName("c"))).isEqualTo(ByteRate.ofMegabytes(10));
        assertThat(share(shares, "a")).isCloseTo(25e6, within(1.0));
        assertThat(share(shares, "b")).isCloseTo(25e6, within(1.0));
    }

    @Test
    void withoutAnyBandwidthNobodyGetsAny() {
        assertThat(new Fleet(List.of(node("a", 100, load(1, 1, 10))))
                        .divide(new ByteRate(0))
                        .values())
                .containsExactly(new ByteRate(0));
        assertThat(new Fleet(List.of()).divide(ByteRate.ofMegabytes(1))).isEmpty();
    }

    private static double share(Map<NodeName, ByteRate> shares, String node) {
        return java.util.Objects.requireNonNull(shares.get(new NodeName(node))).bytesPerSecond();
    }

    /// Value of the portions chosen, before what is left is spread.
    private static double planned(Fleet fleet, double store) {
        double[] shares =
                Rationing.best(fleet.nodes().stream().map(Appetite::of).toList(), store);
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            sum += Appetite.value(fleet.nodes().get(i), shares[i]);
        }
        return sum;
    }

    private static double saved(Fleet fleet, Map<NodeName, ByteRate> shares) {
        return fleet.nodes().stream()
                .mapToDouble(node -> Appetite.value(
                        node,
                        java.util.Objects.requireNonNull(shares.get(node.node()))
                                .bytesPerSecond()))
                .sum();
    }

    /// All divisions in sixteenths of each uplink.
    private static double optimum(List<Fleet.Node> nodes, int index, double left) {
        if (index == nodes.size()) {
            return 0;
        }
        double best = 0;
        Fleet.Node node = nodes.get(index);
        for (int share = 0; share <= Appetite.SHARES; share++) {
            double bandwidth = node.uplink().bytesPerSecond() * share / Appetite.SHARES;
            if (bandwidth <= left) {
                best = Math.max(best, Appetite.value(node, bandwidth) + optimum(nodes, index + 1, left - bandwidth));
            }
        }
        return best;
    }

    private static Fleet random(Random random, int most) {
        var nodes = new ArrayList<Fleet.Node>();
        int count = 1 + random.nextInt(most);
        for (int i = 0; i < count; i++) {
            var loads = new ArrayList<Fleet.Load>();
            for (int j = 0; j < 1 + random.nextInt(4); j++) {
                loads.add(load(1 + random.nextInt(100), 50 + random.nextInt(2000), 20 + random.nextInt(60)));
            }
            nodes.add(new Fleet.Node(new NodeName("n" + i), ByteRate.ofMegabytes(50 + random.nextInt(100)), loads));
        }
        return new Fleet(nodes);
    }

    private static Fleet.Node node(String name, double megabytes, Fleet.Load... loads) {
        return new Fleet.Node(new NodeName(name), ByteRate.ofMegabytes(megabytes), List.of(loads));
    }

    private static Fleet.Load load(double value, long megabytes, int deadlineSeconds) {
        return new Fleet.Load(
                value, new ByteCount(megabytes * 1_000_000), Duration.ZERO, Duration.ofSeconds(deadlineSeconds));
    }
}
