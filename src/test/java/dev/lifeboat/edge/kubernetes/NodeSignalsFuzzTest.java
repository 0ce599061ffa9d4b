package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.source.Mutations;
import dev.lifeboat.notice.Notice;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Feeds the node's parser with mutations of a node that carries every signal: what the client still takes for a node
/// never gets an exception out of it.
///
/// 2,000 inputs; 100,000 with `./lifeboat test --soak`.
final class NodeSignalsFuzzTest {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 2_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    @Test
    void aMutatedNodeIsRefusedByTheClientOrRead() {
        byte[] whole = node().getBytes(StandardCharsets.UTF_8);
        var random = new Random(SEED);
        int read = 0;
        for (int i = 0; i < INPUTS; i++) {
            String input = new String(Mutations.mutated(whole, random), StandardCharsets.UTF_8);
            read += read(input, i);
        }
        assertThat(read).as("mutations that were nodes still").isPositive();
    }

    private static int read(String input, int i) {
        Node node;
        try {
            node = SERIALIZATION.unmarshal(input, Node.class);
        } catch (RuntimeException _) {
            return 0;
        }
        if (node == null) {
            return 0;
        }
        try {
            if (NodeSignals.name(node).isEmpty()) {
                return 0;
            }
            List<Notice> notices = NodeSignals.standing(node, NOW);
            assertThat(notices).hasSizeLessThanOrEqualTo(DrainSignal.values().length);
            return 1;
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("seed " + SEED + ", input " + i + ": " + input, e);
        }
    }

    private static String node() {
        var taints = new StringBuilder();
        var conditions = new StringBuilder();
        for (DrainSignal signal : DrainSignal.values()) {
            switch (signal.kind()) {
                case TAINT -> taints.append(taints.isEmpty() ? "" : ",").append("""
                        {"key":"%s","effect":"NoSchedule","timeAdded":"2026-01-01T00:00:00Z"}""".formatted(signal.key()));
                case CONDITION ->
                    conditions.append(conditions.isEmpty() ? "" : ",").append("""
                        {"type":"%s","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}""".formatted(signal.key()));
                case NOT_READY ->
                    conditions.append(conditions.isEmpty() ? "" : ",").append("""
                        {"type":"Ready","status":"False","message":"%s"}""".formatted(signal.key()));
            }
        }
        return """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"node-a","uid":"u1","annotations":{
                "%s":"2026-01-01T00:02:00Z"}},"spec":{"taints":[%s]},"status":{"conditions":[%s]}}""".formatted(NodeSignals.KARPENTER_DEADLINE, taints, conditions);
    }
}
