package dev.lifeboat.edge.policyfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.Drawn;
import dev.lifeboat.cluster.ControlPlane;
import dev.lifeboat.edge.policyfile.Mutants.Kind;
import dev.lifeboat.edge.policyfile.Mutants.Mutant;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The chart's custom resources on a real API server: it takes what the linter takes, and refuses what the linter
/// refuses, as far as form goes. A condition's CEL is the linter's alone: the status of the object tells of it.
final class PoliciesOnCluster {
    private static final long SEED = Long.getLong("lifeboat.seed", 20261121L);
    private static final int PER_KIND = 60;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final KubernetesClient CLIENT = ControlPlane.client();

    @BeforeAll
    static void define() throws Exception {
        ControlPlane.define();
    }

    @AfterAll
    static void close() {
        CLIENT.close();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyShippedPolicyIsAccepted(Path file) throws Exception {
        assertThat(send(Files.readString(file))).isEmpty();
    }

    @Test
    void aPolicyThatUsesEveryKeyIsAccepted() throws Exception {
        assertThat(send(StrangersMutants.kitchen())).isEmpty();
    }

    /// What is left out is in the YAML (keys given twice, broken text), which is gone before an API server
    /// sees it, or in a condition's CEL.
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DUPLICATE_KEY", "BROKEN_CEL", "BROKEN_YAML"})
    void everySlipThatTheLinterRefusesIsRefused(Kind kind) throws Exception {
        var mutants = new Mutants(new Random(SEED));
        var accepted = new ArrayList<String>();
        int sent = 0;
        for (int tries = 0; sent < PER_KIND && tries < PER_KIND * 60; tries++) {
            Optional<Mutant> mutant = mutants.next(kind);
            if (mutant.isPresent()
                    && PolicyFiles.read("mutant.yaml", mutant.get().text()).problems().stream()
                            .anyMatch(Problem::isError)) {
                sent++;
                if (send(mutant.get().text()).isEmpty()) {
                    accepted.add(mutant.get()
                            .text()
                            .lines()
                            .toList()
                            .get(mutant.get().line() - 1));
                }
            }
        }
        System.out.println("%-15s %d of %d refused by the API server".formatted(kind, sent - accepted.size(), sent));

        assertThat(sent).isGreaterThan(PER_KIND / 2);
        assertThat(accepted).as("accepted, seed %d", SEED).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "store: {ref: s3-eu-west-1, encryption: {kms: payments-cmk}} | | the policy has no store",
                "workloads: [{kind: StatefulSet, name: cart-redis}] | workloads: [] | an empty match would cover everything",
                "reserve: 20s | reserve: 2h | must be 0s to 1h",
                "name: clean-exit | name: clean-exit\\n      ignore: {} | exactly one of checkpoint, appHook, drain, ignore",
                "name: clean-exit | name: live | Duplicate value",
                "mode: Enforce | guardrails: {} | unknown field \"spec.guardrails\"",
            })
    void refusalsSayWhatToDo(String there, String instead, String said) throws Exception {
        String text = Files.readString(Drawn.top().resolve("policies/stateful-web.yaml"));
        assertThat(text).contains(there);

        assertThat(send(text.replace(there, instead == null ? "" : instead.replace("\\n", "\n"))))
                .contains(said);
    }

    @Test
    void kubectlPrintsTheColumnsOfAnEvacuation() throws Exception {
        ControlPlane.run("kubectl", "apply", "-f", "src/test/resources/cluster/evacuation.yaml")
                .well();
        try {
            ControlPlane.run(
                            "kubectl",
                            "apply",
                            "--server-side",
                            "--subresource=status",
                            "-f",
                            "src/test/resources/cluster/evacuation.yaml")
                    .well();

            var lines =
                    ControlPlane.run("kubectl", "get", "evac").well().lines().toList();
            assertThat(lines.getFirst().split(" +", -1))
                    .containsExactly(
                            "NAME", "WORKLOAD", "TRIGGER", "RUNG", "STATE", "LEFT", "DONE%", "FROM", "TO", "AGE");
            assertThat(lines.getLast())
                    .matches("m-1 +shop/cart-redis-0 +SpotInterruption +live +Restoring +84s +100 +spot-a +od-b +.*");
        } finally {
            ControlPlane.run("kubectl", "delete", "evac", "m-1").well();
        }
    }

    @Test
    void aReasonThatIsNotOnTheListIsRefused(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("evacuation.yaml"),
                Files.readString(Drawn.top().resolve("src/test/resources/cluster/evacuation.yaml"))
                        .replace("reason: Restoring", "reason: BecauseISaySo"));
        ControlPlane.run("kubectl", "apply", "-f", "src/test/resources/cluster/evacuation.yaml")
                .well();
        try {
            var said = ControlPlane.run(
                    "kubectl", "apply", "--server-side", "--subresource=status", "-f", file.toString());
            assertThat(said.words()).contains("Unsupported value: \"BecauseISaySo\"");
        } finally {
            ControlPlane.run("kubectl", "delete", "evac", "m-1").well();
        }
    }

    static Stream<Path> shipped() throws IOException {
        try (var files = Files.list(Drawn.top().resolve("policies"))) {
            return files
                    .filter(file -> !file.toString().endsWith(".cases.yaml")
                            && file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /// Nothing is kept. Strictly, as kubectl asks.
    ///
    /// @return why it was refused; empty when it was not
    private static String send(String yaml) throws Exception {
        var policy = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
        boolean cluster = "ClusterEvacuationPolicy".equals(policy.get("kind"));
        var metadata = policy.get("metadata") instanceof Map<?, ?> map ? map : Map.of();
        // A namespace has to be there, which is no affair of the policy.
        var where = metadata.get("namespace") instanceof String namespace ? namespace : "default";
        if (!cluster && CLIENT.namespaces().withName(where).get() == null) {
            ControlPlane.run("kubectl", "create", "namespace", where);
        }
        String path = "/apis/lifeboat.dev/v1alpha1/"
                + (cluster ? "clusterevacuationpolicies" : "namespaces/" + where + "/evacuationpolicies");
        try {
            CLIENT.raw(path + "?dryRun=All&fieldValidation=Strict", "POST", JSON.writeValueAsString(policy));
            return "";
        } catch (KubernetesClientException refused) {
            return String.valueOf(refused.getMessage());
        }
    }
}
