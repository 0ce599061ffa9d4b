package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The chart, installed by helm on a real API server: what it accepts, who may do what, and where pods are put.
final class ChartOnCluster {
    private static final String CHART = "helm/lifeboat";
    private static final String RELEASE = "boat";
    private static final String NAMESPACE = "lifeboat-chart";
    private static final String AGENTS = NAMESPACE + "-agents";
    private static final String SPOT = "cloud.google.com/gke-spot";
    private static final List<String> ON_DEMAND = List.of("chart-od-a", "chart-od-b");
    private static final List<String> NODES = List.of("chart-od-a", "chart-od-b", "chart-spot-a", "chart-spot-b");

    private static final KubernetesClient CLIENT = ControlPlane.client();

    /// The namespace refuses whatever is not `restricted`: that pods are there at all shows that they are.
    @BeforeAll
    static void install() throws Exception {
        for (String node : NODES) {
            ControlPlane.node(CLIENT, node, Map.of(SPOT, Boolean.toString(!ON_DEMAND.contains(node))));
        }
        CLIENT.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
        for (String kind : List.of("servicemonitors", "podmonitors", "prometheusrules")) {
            CLIENT.load(ChartOnCluster.class.getResourceAsStream("/cluster/" + kind + ".yaml"))
                    .create();
        }
        ControlPlane.run(
                        "helm",
                        "install",
                        RELEASE,
                        CHART,
                        "-n",
                        NAMESPACE,
                        "-f",
                        CHART + "/examples/trial.yaml",
                        "--set",
                        "orchestrator.replicas=2")
                .well();
    }

    @AfterAll
    static void uninstall() throws Exception {
        ControlPlane.run("helm", "uninstall", RELEASE, "-n", NAMESPACE).well();
        NODES.forEach(node -> CLIENT.nodes().withName(node).delete());
        CLIENT.close();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleIsLintedStrictly(String example) throws Exception {
        ControlPlane.run("helm", "lint", "--strict", CHART, "-f", example).well();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleIsInstalledAndRemoved(String example) throws Exception {
        String name = "example-" + Path.of(example).getFileName().toString().replace(".yaml", "");
        ControlPlane.run("helm", "install", name, CHART, "-n", name, "--create-namespace", "-f", example)
                .well();
        ControlPlane.run("helm", "uninstall", name, "-n", name).well();
    }

    @ParameterizedTest
    @CsvSource({
        "orchestrator.replica=3, replica",
        "kafka.bootstrap=kafka, bootstrap",
        "agent.pools[0].capacity=cheap, capacity",
        "store.location=/tmp, location",
        "agent.namespace=" + NAMESPACE + ", agents are elevated",
    })
    void aWrongValueIsRefusedByName(String value, String named) throws Exception {
        var said = ControlPlane.run(
                "helm", "template", CHART, "-n", NAMESPACE, "-f", CHART + "/examples/trial.yaml", "--set", value);

        assertThat(said.code()).isNotZero();
        assertThat(said.words()).contains(named);
    }

    @Test
    void withoutKafkaItAsksForIt() throws Exception {
        assertThat(ControlPlane.run("helm", "template", CHART).words()).contains("/kafka/bootstrap");
    }

    @Test
    void orchestratorsAreOnNodesOfTheirOwnAndNeverOnSpot() throws Exception {
        List<Pod> pods = placed(NAMESPACE, "orchestrator", 2);

        assertThat(pods).extracting(pod -> pod.getSpec().getNodeName()).containsExactlyInAnyOrderElementsOf(ON_DEMAND);
    }

    @Test
    void anAgentAndAListenerAreOnEveryNode() throws Exception {
        for (String component : List.of("agent", "listener")) {
            List<Pod> pods = placed(AGENTS, component, NODES.size());
            assertThat(pods).extracting(pod -> pod.getSpec().getNodeName()).containsExactlyInAnyOrderElementsOf(NODES);
        }
    }

    @Test
    void agentsAreNotPrivilegedAndNameTheirCapabilities() throws Exception {
        for (Pod pod : placed(AGENTS, "agent", NODES.size())) {
            var security = pod.getSpec().getContainers().getFirst().getSecurityContext();
            assertThat(security.getPrivileged()).isFalse();
            assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(security.getCapabilities().getAdd())
                    .contains("SYS_ADMIN")
                    .doesNotContain("ALL");
            assertThat(pod.getSpec().getHostNetwork()).isNotEqualTo(true);
            assertThat(pod.getSpec().getVolumes())
                    .filteredOn(volume -> volume.getHostPath() != null)
                    .extracting(volume -> volume.getHostPath().getPath())
                    .containsExactlyInAnyOrder("/var/lib/lifeboat", "/run/lifeboat");
        }
    }

    @Test
    void theBudgetLetsOneOrchestratorGoAtATime() {
        var budget = CLIENT.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(NAMESPACE)
                .withName(RELEASE + "-orchestrator");

        assertThat(budget.get().getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "orchestrator, watch,  lifeboat.dev,    evacuationpolicies,        ,       true",
        "orchestrator, list,   lifeboat.dev,    clusterevacuationpolicies, ,       true",
        "orchestrator, patch,  lifeboat.dev,    evacuationpolicies,        status, true",
        "orchestrator, create, lifeboat.dev,    evacuations,               ,       true",
        "orchestrator, patch,  lifeboat.dev,    evacuations,               status, true",
        "orchestrator, create, lifeboat.dev,    nodenotices,               ,       true",
        "orchestrator, create, lifeboat.dev,    checkpoints,               ,       true",
        "orchestrator, create, events.k8s.io,   events,                    ,       true",
        "orchestrator, patch,  lifeboat.dev,    evacuationpolicies,        ,       false",
        "orchestrator, delete, lifeboat.dev,    evacuationpolicies,        ,       false",
        "orchestrator, get,    '',              secrets,                   ,       false",
        "orchestrator, delete, '',              pods,                      ,       false",
        "orchestrator, create, '',              pods,                      exec,   false",
        "orchestrator, patch,  '',              nodes,                     ,       false",
        "watcher,      list,   '',              nodes,                     ,       true",
        "watcher,      watch,  '',              nodes,                     ,       true",
        "watcher,      list,   '',              pods,                      ,       true",
        "watcher,      watch,  '',              pods,                      ,       true",
        "watcher,      patch,  '',              nodes,                     ,       false",
        "watcher,      delete, '',              pods,                      ,       false",
        "watcher,      list,   '',              secrets,                   ,       false",
        "agent,        list,   '',              pods,                      ,       false",
        "agent,        get,    '',              secrets,                   ,       false",
        "agent,        create, '',              nodes,                     proxy,  false",
        "listener,     list,   '',              nodes,                     ,       false",
        "listener,     get,    '',              secrets,                   ,       false",
    })
    void rolesMayDoWhatTheyUseAndNoMore(
            String component, String verb, String group, String resource, String subresource, boolean allowed) {
        boolean central = component.equals("orchestrator") || component.equals("watcher");
        String account = "system:serviceaccount:" + (central ? NAMESPACE : AGENTS) + ":" + RELEASE + "-" + component;

        var review = CLIENT.resource(new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser(account)
                        .withGroups("system:serviceaccounts", "system:authenticated")
                        .withNewResourceAttributes()
                        .withVerb(verb)
                        .withGroup(group)
                        .withResource(resource)
                        .withSubresource(subresource)
                        .withNamespace("default")
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .create();

        assertThat(review.getStatus().getAllowed()).isEqualTo(allowed);
    }

    @Test
    void noRoleHasAWildcard() {
        assertThat(CLIENT.rbac()
                        .clusterRoles()
                        .withLabel("app.kubernetes.io/instance", RELEASE)
                        .list()
                        .getItems())
                .hasSize(2)
                .flatExtracting(role -> role.getRules())
                .allSatisfy(rule -> {
                    assertThat(rule.getVerbs()).doesNotContain("*");
                    assertThat(rule.getResources()).doesNotContain("*");
                    assertThat(rule.getApiGroups()).doesNotContain("*");
                });
    }

    @Test
    void everyPodIsUnderADefaultDenyAndOneRuleOfItsOwn() {
        for (String namespace : List.of(NAMESPACE, AGENTS)) {
            var policies = CLIENT.network()
                    .v1()
                    .networkPolicies()
                    .inNamespace(namespace)
                    .list()
                    .getItems();
            for (Pod pod : CLIENT.pods().inNamespace(namespace).list().getItems()) {
                assertThat(policies)
                        .filteredOn(policy -> pod.getMetadata()
                                .getLabels()
                                .entrySet()
                                .containsAll(policy.getSpec()
                                        .getPodSelector()
                                        .getMatchLabels()
                                        .entrySet()))
                        .as(pod.getMetadata().getName())
                        .hasSize(2)
                        .allSatisfy(policy ->
                                assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress"));
            }
        }
    }

    /// No kubelet is here to run it: what is shown is that the API server takes the pod under `restricted`.
    @Test
    void theCanaryOfHelmTestIsAcceptedWhereOnlyRestrictedPodsAre() throws Exception {
        var said = ControlPlane.run("helm", "test", RELEASE, "-n", NAMESPACE, "--timeout", "2s");

        assertThat(said.words()).doesNotContain("forbidden");
        assertThat(CLIENT.pods()
                        .inNamespace(NAMESPACE)
                        .withName(RELEASE + "-canary")
                        .get()
                        .getSpec()
                        .getContainers())
                .singleElement()
                .satisfies(container -> assertThat(container.getArgs()).contains("--canary", "--wait"));
    }

    static Stream<String> examples() throws IOException {
        try (var files = Files.list(Drawn.top().resolve(CHART + "/examples"))) {
            return files.map(file -> CHART + "/examples/" + file.getFileName()).sorted().toList().stream();
        }
    }

    /// All of a component's pods, once each has its node.
    private static List<Pod> placed(String namespace, String component, int count) throws Exception {
        return CLIENT.pods()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/component", component)
                .informOnCondition(pods -> pods.size() == count
                        && pods.stream().allMatch(pod -> pod.getSpec().getNodeName() != null))
                .get(2, TimeUnit.MINUTES);
    }
}
