package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.Probe.Ask;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProbeTest {
    private static final String WRAPPED = "runtimeClassName: lifeboat";

    @Test
    void aProbeThatSaysLittleHasTheApiServersDefaults() {
        Probe probe = liveness("{httpGet: {port: 80}}");

        assertThat(probe)
                .isEqualTo(new Probe(
                        Probe.Kind.LIVENESS,
                        new Ask.Http("HTTP", 80, "/", "kube-probe/"),
                        Duration.ofSeconds(10),
                        3,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(30)));
        assertThat(probe.patience()).hasSeconds(21);
        assertThat(probe.bears()).hasSeconds(51);
    }

    @Test
    void itsOwnGraceCountsBeforeThePods() {
        assertThat(part("livenessProbe: {tcpSocket: {port: 80}}", "terminationGracePeriodSeconds: 7")
                        .grace())
                .hasSeconds(7);
        assertThat(part(
                                "livenessProbe: {tcpSocket: {port: 80}, terminationGracePeriodSeconds: 3}",
                                "terminationGracePeriodSeconds: 7")
                        .grace())
                .hasSeconds(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {httpGet: {port: web, path: /live?deep=1}}                                       | Http[scheme=HTTP, port=8080, path=/live?deep=1, agent=kube-probe/]
            {httpGet: {port: 80, path: live}}                                                | Http[scheme=HTTP, port=80, path=/live, agent=kube-probe/]
            {httpGet: {port: 80, httpHeaders: [{name: user-agent, value: mine}]}}            | Http[scheme=HTTP, port=80, path=/, agent=mine]
            {httpGet: {port: 80, scheme: HTTPS}}                                             | Http[scheme=HTTPS, port=80, path=/, agent=kube-probe/]
            {httpGet: {port: 80, host: 127.0.0.1}}                                           | Own[what=httpGet of another host, or a port without a number]
            {httpGet: {port: nowhere}}                                                       | Own[what=httpGet of another host, or a port without a number]
            {tcpSocket: {port: web}}                                                         | Tcp[port=8080]
            {exec: {command: [cat, /tmp/well]}}                                              | Command[words=[cat, /tmp/well]]
            {exec: {command: [cat, $(FILE)]}}                                                | Own[what=exec with $(NAME)]
            {grpc: {port: 80}}                                                               | Grpc[port=80, service=]
            {grpc: {port: 80, service: shop.Cart}}                                           | Grpc[port=80, service=shop.Cart]
            {grpc: {port: 80, service: ''}}                                                  | Grpc[port=80, service=]
            {}                                                                               | Own[what=nothing that is known here]
            """)
    void whatItDoesIsRead(String spec, String ask) {
        assertThat(part("livenessProbe: " + spec, WRAPPED).ask()).hasToString(ask);
    }

    @Test
    void onlyTheStartupProbeCountsUntilItHasPassed() {
        String both =
                "startupProbe: {tcpSocket: {port: 81}, failureThreshold: 30}\n  livenessProbe: {tcpSocket: {port: 82}}";

        assertThat(part(both, "").kind()).isEqualTo(Probe.Kind.STARTUP);
        assertThat(started(both, "false").failures()).isEqualTo(30);
        assertThat(started(both, "true").kind()).isEqualTo(Probe.Kind.LIVENESS);
    }

    @Test
    void nobodyElseAnswersWhatWouldBeginOtherProbesOrGoesElsewhere() {
        String exec = "exec: {command: [cat]}";

        for (String ask : List.of("httpGet: {port: 80}", "tcpSocket: {port: 80}", "grpc: {port: 80}")) {
            assertThat(liveness("{" + ask + "}").isAnswerable()).as(ask).isTrue();
            assertThat(part("startupProbe: {" + ask + "}", "").isAnswerable())
                    .as(ask)
                    .isFalse();
            assertThat(part("livenessProbe: {" + ask + "}", "hostNetwork: true").isAnswerable())
                    .as(ask)
                    .isFalse();
        }
        assertThat(part("livenessProbe: {" + exec + "}", "").isAnswerable()).isFalse();
        assertThat(part("startupProbe: {" + exec + "}", WRAPPED).isAnswerable()).isTrue();
    }

    @Test
    void whatIsNotProbedIsNotEnded() {
        assertThat(read("readinessProbe: {tcpSocket: {port: 80}}", "", "")
                        .containers()
                        .getFirst()
                        .probe())
                .isNull();
        assertThat(read(
                                "startupProbe: {tcpSocket: {port: 80}}",
                                "",
                                "status: {containerStatuses: [{name: pi, started: true}]}")
                        .containers()
                        .getFirst()
                        .probe())
                .isNull();
    }

    private static Probe liveness(String spec) {
        return part("livenessProbe: " + spec, "");
    }

    private static Probe started(String probes, String started) {
        return only(read(probes, "", "status: {containerStatuses: [{name: pi, started: " + started + "}]}"));
    }

    private static Probe part(String probes, String pod) {
        return only(read(probes, pod, ""));
    }

    private static Probe only(ProtectedPod pod) {
        return Objects.requireNonNull(pod.containers().getFirst().probe());
    }

    private static ProtectedPod read(String probes, String pod, String status) {
        return ProtectedPod.of(
                Serialization.unmarshal("""
                metadata: {namespace: lab, name: pi-1, uid: u-1}
                %s
                spec:
                 %s
                 containers:
                 - name: pi
                   image: pi@sha256:1
                   ports: [{name: web, containerPort: 8080}]
                   %s
                """.formatted(status, pod, probes.replace("\n  ", "\n   ")), Pod.class));
    }
}
