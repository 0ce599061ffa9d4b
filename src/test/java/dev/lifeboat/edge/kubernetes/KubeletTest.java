package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.Kubelet.Answer;
import dev.lifeboat.edge.kubernetes.Kubelet.Refusal;
import dev.lifeboat.quantity.ByteCount;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What real kubelets answered: 1.34.4 over containerd 2.1.9 and 1.7.24.
final class KubeletTest {
    @Test
    void anArchiveIsNamed() {
        var answer = Kubelet.answer(
                200, "{\"items\":[\"/var/lib/kubelet/checkpoints/checkpoint-counter_default-count-2026.tar\"]}");

        assertThat(answer)
                .isEqualTo(
                        new Answer.Written("/var/lib/kubelet/checkpoints/checkpoint-counter_default-count-2026.tar"));
    }

    /// The kubelet says 404 for two things, and 500 for three.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                401 | UNAUTHORIZED   | Unauthorized
                403 | FORBIDDEN      | Forbidden (user=u, verb=create, resource=nodes, subresource(s)=[checkpoint])
                404 | GATE_OFF       | 404 page not found
                404 | KNOWS_NONE     | pod does not exist
                404 | KNOWS_NONE     | container none does not exist
                500 | RUNTIME_UNABLE | checkpointing of a/b/c failed (rpc error: code = Unimplemented desc = no)
                500 | RUNTIME_UNABLE | checkpointing of a/b/c failed (rpc error: code = Unknown desc = CRIU binary not found or too old (<31600))
                500 | TIMED_OUT      | checkpointing of a/b/c failed (rpc error: code = DeadlineExceeded desc = late)
                500 | RUNTIME_FAILED | checkpointing of a/b/c failed (rpc error: code = Unknown desc = criu failed)
                200 | RUNTIME_FAILED | {"items":[]}
                200 | RUNTIME_FAILED | <html>
                """)
    void everyRefusalHasItsReason(int status, Refusal why, String body) {
        assertThat(Kubelet.answer(status, body))
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> assertThat(refused.why()).isEqualTo(why));
    }

    @Test
    void memoryIsCountedByContainer() throws Exception {
        Map<Kubelet.Container, ByteCount> used = Kubelet.memory("""
                {"node": {}, "pods": [{"podRef": {"name": "counter", "namespace": "default", "uid": "u"},
                  "containers": [{"name": "count", "memory": {"workingSetBytes": 262144, "rssBytes": 8192}},
                                 {"name": "young"}]}]}""");

        assertThat(used)
                .containsExactly(
                        Map.entry(new Kubelet.Container("default", "counter", "count"), new ByteCount(262_144)));
    }
}
