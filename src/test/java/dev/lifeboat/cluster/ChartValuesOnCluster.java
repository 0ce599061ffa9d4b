package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What helm makes of values, without a cluster: what contradicts itself is refused, and what follows from a value is
/// there.
final class ChartValuesOnCluster {
    private static final String CHART = "helm/lifeboat";
    private static final String NAMESPACE = "boats";
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trial   | pods.enabled=true,agent.enabled=false                     | pods.enabled without agent.enabled",
                "trial   | pods.install.enabled=true                                 | without pods.enabled",
                "trial   | kafka.bootstrap=kafka:9092                                | which Kafka is it to be?",
                "orchestrator-only | kafka.tls.caSecret=authority                    | asked in clear",
                "strimzi | kafka.tls.enabled=false,kafka.tls.caSecret=,kafka.sasl.mechanism=PLAIN | travel in clear",
                "trial   | store.kms.endpoint=http://kms:8080                        | without store.kms.key",
                "trial   | agent.pools[0].name=a,agent.pools[1].name=a               | two have one name",
                "trial   | agent.memoryMebibytes=3072                                | the limit has to leave room",
                "trial   | agent.namespace=boats,agent.createNamespace=false         | agents are elevated",
                "trial   | networkPolicy.store.namespaces=null                       | networkPolicy.store",
            })
    void valuesThatDoNotGoTogetherAreRefusedInWords(String example, String values, String words) throws Exception {
        var said = template(example, values);

        assertThat(said.code()).isNotZero();
        assertThat(said.words()).contains(words);
    }

    @Test
    void allThatDoesNotGoTogetherIsToldAtOnce() throws Exception {
        String said = template("trial", "pods.install.enabled=true,kafka.bootstrap=kafka:9092")
                .words();

        assertThat(said).contains("without pods.enabled", "which Kafka");
    }

    @ParameterizedTest
    @CsvSource({
        // Names, wherever they are resolved: NodeLocal DNSCache has an address of the node's, no pod's.
        "trial,   ,                                      listener,     169.254.20.10/32,   53,   true",
        "trial,   ,                                      agent,        minio,              9000, true",
        "trial,   ,                                      agent,        minio,              443,  false",
        "trial,   ,                                      orchestrator, minio,              9000, false",
        // A pod of the cluster has no address that every network's policies know.
        "strimzi, ,                                      test,         kafka,              9093, true",
        "strimzi, ,                                      listener,     kafka,              9093, true",
        "strimzi, ,                                      listener,     10.0.0.0/8,         9093, false",
        // EKS Pod Identity, where no role is annotated and no Secret given.
        "strimzi, ,                                      agent,        169.254.170.23/32,  80,   true",
        "trial,   ,                                      agent,        169.254.170.23/32,  80,   false",
        "eks,     ,                                      agent,        169.254.169.254/32, 80,   false",
        "strimzi, ,                                      listener,     169.254.170.23/32,  80,   false",
        "strimzi, ,                                      listener,     169.254.169.254/32, 80,   true",
        // A GCE node's settings are Google's to tell.
        "strimzi, 'listener.sources={gce}',              listener,     8.8.8.8/32,         443,  true",
        "strimzi, ,                                      listener,     8.8.8.8/32,         443,  false",
        // A key service and a role's tokens, whatever port the store has.
        "trial,   store.kms.key=k,                       agent,        8.8.8.8/32,         443,  true",
        "trial,   'store.kms.key=k,store.kms.endpoint=http://k:81', agent, 8.8.8.8/32,     81,   true",
        "trial,   ,                                      agent,        8.8.8.8/32,         443,  false",
        "strimzi, 'kafka.sasl.mechanism=OAUTHBEARER,kafka.sasl.tokenEndpoint=https://sso:8443/t', test, 8.8.8.8/32, 8443, true",
    })
    void everybodyReachesWhatItNeedsAndNothingElse(
            String example, @Nullable String values, String component, String place, int port, boolean reached)
            throws Exception {
        List<NetworkPolicy> policies = of(NetworkPolicy.class, objects(example, values)).stream()
                .filter(it -> component.equals(
                        it.getSpec().getPodSelector().getMatchLabels().get("app.kubernetes.io/component")))
                .toList();

        assertThat(policies)
                .singleElement()
                .satisfies(policy -> assertThat(
                                policy.getSpec().getEgress().stream().anyMatch(rule -> leads(rule, place, port)))
                        .isEqualTo(reached));
    }

    /// With their nodes' addresses listeners are no pods of any namespace.
    @ParameterizedTest
    @CsvSource({"false, false", "true, true"})
    void theTrialsBrokerIsOpenToMoreThanPodsWhereListenersAreNone(boolean hostNetwork, boolean open) throws Exception {
        var broker = of(NetworkPolicy.class, objects("trial", "listener.hostNetwork=" + hostNetwork)).stream()
                .filter(it -> it.getMetadata().getName().endsWith("-broker"))
                .toList();

        assertThat(broker)
                .singleElement()
                .satisfies(policy -> assertThat(policy.getSpec().getIngress().stream()
                                .anyMatch(rule -> rule.getFrom().isEmpty()))
                        .isEqualTo(open));
    }

    /// Its Secret opens every checkpoint; with the namespace it would be gone.
    @ParameterizedTest
    @ValueSource(strings = {"trial", "eks"})
    void theAgentsNamespaceOutlivesTheRelease(String example) throws Exception {
        assertThat(of(Namespace.class, objects(example, null)))
                .singleElement()
                .satisfies(it ->
                        assertThat(it.getMetadata().getAnnotations()).containsEntry("helm.sh/resource-policy", "keep"));
    }

    @Test
    void theDashboardsAreWhereGrafanasSidecarLooks() throws Exception {
        var maps = of(ConfigMap.class, objects("eks", null)).stream()
                .filter(map -> map.getMetadata().getLabels().containsKey("grafana_dashboard"))
                .toList();

        Path dashboards = Drawn.top().resolve(CHART + "/dashboards");
        assertThat(maps).singleElement().satisfies(map -> {
            try (var files = Files.list(dashboards)) {
                assertThat(map.getData().keySet())
                        .containsExactlyInAnyOrderElementsOf(
                                files.map(file -> file.getFileName().toString()).toList());
            }
            for (String file : map.getData().keySet()) {
                assertThat(YAML.unmarshal(map.getData().get(file), Object.class))
                        .as(file)
                        .isEqualTo(YAML.unmarshal(Files.readString(dashboards.resolve(file)), Object.class));
            }
        });
    }

    @Test
    void everyAlertsRunbookIsAPageThatOneCanOpen() throws Exception {
        var rules = of(GenericKubernetesResource.class, objects("eks", null)).stream()
                .filter(it -> it.getKind().equals("PrometheusRule"))
                .toList();
        String text = YAML.asYaml(rules);

        assertThat(rules).hasSize(1);
        assertThat(text.lines().filter(line -> line.contains("runbook_url:")))
                .isNotEmpty()
                .allSatisfy(line ->
                        assertThat(line).contains("https://git.example.com/lifeboat/blob/main/docs/runbooks/Lifeboat"));
    }

    private static boolean leads(NetworkPolicyEgressRule rule, String place, int port) {
        return rule.getPorts().stream().anyMatch(it -> it.getPort().getIntVal() == port)
                && (rule.getTo().isEmpty() || rule.getTo().stream().anyMatch(peer -> isAt(peer, place)));
    }

    private static boolean isAt(NetworkPolicyPeer peer, String place) {
        return peer.getIpBlock() != null
                ? peer.getIpBlock().getCidr().equals(place)
                : peer.getNamespaceSelector().getMatchLabels().containsValue(place);
    }

    private static <T extends HasMetadata> List<T> of(Class<T> kind, List<HasMetadata> objects) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static List<HasMetadata> objects(String example, @Nullable String values) throws Exception {
        var objects = new ArrayList<HasMetadata>();
        Stream.of(template(example, values).well().split("\n---\n", -1))
                .filter(text -> text.contains("\nkind: "))
                .forEach(text -> objects.add(YAML.unmarshal(text)));
        return objects;
    }

    private static ControlPlane.Said template(String example, @Nullable String values) throws Exception {
        var arguments = new ArrayList<>(List.of("template", CHART, "-n", NAMESPACE));
        arguments.addAll(List.of("-f", CHART + "/examples/" + example + ".yaml"));
        if (values != null) {
            arguments.addAll(List.of("--set", values));
        }
        return ControlPlane.run("helm", arguments.toArray(String[]::new));
    }
}
