package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.Probe;
import dev.lifeboat.edge.kubernetes.Probe.Ask;
import dev.lifeboat.edge.process.StandIn.Question;
import dev.lifeboat.edge.process.StandIn.Scheme;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProbeStandInsTest {
    @Test
    void whatIsAskedOverTheNetworkIsAnsweredAsItIsAsked() {
        assertThat(ProbeStandIns.question(probe(new Ask.Http("HTTPS", 80, "/live", "mine"))))
                .contains(new Question.Http(Scheme.HTTPS, 80, "/live", "mine"));
        assertThat(ProbeStandIns.question(probe(new Ask.Tcp(81)))).contains(new Question.Tcp(81));
        assertThat(ProbeStandIns.question(probe(new Ask.Grpc(82, "shop.Cart"))))
                .contains(new Question.Grpc(82, "shop.Cart"));
        assertThat(ProbeStandIns.question(probe(new Ask.Command(List.of("cat")))))
                .isEmpty();
        assertThat(ProbeStandIns.question(probe(new Ask.Own("hostNetwork")))).isEmpty();
    }

    private static Probe probe(Ask ask) {
        var second = Duration.ofSeconds(1);
        return new Probe(Probe.Kind.LIVENESS, ask, second, 3, second, second);
    }
}
