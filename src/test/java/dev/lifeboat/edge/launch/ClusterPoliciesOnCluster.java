package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.Drawn;
import dev.lifeboat.cluster.ControlPlane;
import dev.lifeboat.cluster.OrchestratorRights;
import dev.lifeboat.edge.kubernetes.PolicyObjects;
import dev.lifeboat.policy.Policy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The orchestrator's eyes on a cluster's policies, with the rights of its service account and no others.
final class ClusterPoliciesOnCluster {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NAMESPACE = "policies";
    private static final String KIND = "evacuationpolicies.lifeboat.dev";

    private final ClusterPolicies policies = new ClusterPolicies(List.of());

    @SuppressWarnings("NullAway.Init") // set before each test
    private OrchestratorRights rights;

    @SuppressWarnings("NullAway.Init") // set before each test
    private KubernetesClient orchestrator;

    @SuppressWarnings("NullAway.Init") // set before each test
    private PolicyObjects objects;

    @BeforeEach
    void watch() throws Exception {
        ControlPlane.define();
        rights = OrchestratorRights.grant(NAMESPACE);
        orchestrator = new KubernetesClientBuilder().withConfig(rights.config()).build();
        objects = new PolicyObjects(orchestrator, InstantSource.system(), Duration.ofMinutes(2), policies);
    }

    @AfterEach
    void stop() throws Exception {
        objects.close();
        orchestrator.close();
        rights.close();
        ControlPlane.run("kubectl", "delete", KIND, "-n", NAMESPACE, "--all").well();
    }

    @Test
    void aPolicyCountsOnceItIsAppliedAndItsStatusSaysSo() throws Exception {
        ControlPlane.apply(policy("kept").replace("maxFreeze: 3s", "maxFreeze: 4s"));
        JsonNode status = status(
                "kept", known -> known.at("/conditions/0/status").asText().equals("True"));

        assertThat(policies.policies().all())
                .extracting(Policy::id)
                .anyMatch(id -> id.name().equals("kept"));
        assertThat(status.at("/observedGeneration").asInt()).isEqualTo(1);
        assertThat(status.at("/conditions/0/reason").asText()).isEqualTo("Valid");

        ControlPlane.run("kubectl", "delete", KIND, "kept", "-n", NAMESPACE).well();
        ControlPlane.awaitThat(() -> policies.policies().all().isEmpty());
    }

    /// What an API server cannot judge: the type of a condition's CEL.
    @Test
    void aPolicyWithABrokenConditionCountsForNothingAndIsToldWhy() throws Exception {
        ControlPlane.apply(policy("broken").replace("workload.ready &&", "workload.raedy &&"));
        JsonNode status = status("broken", known -> !known.isMissingNode());

        assertThat(status.at("/conditions/0/status").asText()).isEqualTo("False");
        assertThat(status.at("/conditions/0/reason").asText()).isEqualTo("Invalid");
        assertThat(status.at("/findings/0/code").asText()).isEqualTo("LBP020");
        assertThat(status.at("/findings/0/path").asText()).isEqualTo("spec.ladder[0].when");
        assertThat(policies.policies().all()).isEmpty();

        ControlPlane.apply(policy("broken"));
        JsonNode mended =
                status("broken", known -> known.at("/observedGeneration").asInt() == 2);
        assertThat(mended.at("/conditions/0/status").asText()).isEqualTo("True");
        assertThat(mended.at("/findings").isEmpty()).isTrue();
    }

    @Test
    void kubectlPrintsWhetherItCounts() throws Exception {
        ControlPlane.apply(policy("printed"));
        status("printed", known -> !known.isMissingNode());

        assertThat(ControlPlane.run("kubectl", "get", "evacpol", "-n", NAMESPACE)
                        .well()
                        .lines()
                        .toList())
                .last()
                .asString()
                .matches("printed +Enforce +900 +True +Valid +.*");
    }

    private static String policy(String name) throws Exception {
        return Files.readString(Drawn.top().resolve("policies/stateful-web.yaml"))
                .replace("{name: cart-redis, namespace: shop}", "{name: " + name + ", namespace: " + NAMESPACE + "}");
    }

    private static JsonNode status(String name, Predicate<JsonNode> wanted) throws Exception {
        var seen = new JsonNode[1];
        ControlPlane.awaitThat(() -> {
            String object = ControlPlane.run("kubectl", "get", KIND, name, "-n", NAMESPACE, "-o", "json")
                    .well();
            seen[0] = JSON.readTree(object).at("/status");
            return wanted.test(seen[0]);
        });
        return seen[0];
    }
}
