package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kubernetes.PolicyObjects.Told;
import dev.lifeboat.edge.kubernetes.PolicyObjects.Written;
import dev.lifeboat.edge.kubernetes.resource.Condition;
import dev.lifeboat.edge.kubernetes.resource.Condition.Standing;
import dev.lifeboat.edge.kubernetes.resource.PolicyStatus;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.edge.policyfile.Problem;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Policy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Reads a cluster's policies with the linter that reads files, and says what becomes of each. The last set
/// is what plans are drawn by; one with an error counts for nothing, and stops no other.
final class ClusterPolicies implements Function<List<Written>, Map<Written, Told>> {
    private static final Logger LOG = Logger.getLogger(ClusterPolicies.class);

    /// More would not be read by anybody; `status.findings` holds no more either.
    private static final int MOST_FINDINGS = 20;

    private final List<Policy> fromFiles;

    private volatile Policies policies;
    private volatile int refused;

    /// @param fromFiles that hold beside the cluster's own
    ClusterPolicies(List<Policy> fromFiles) {
        this.fromFiles = List.copyOf(fromFiles);
        this.policies = new Policies(this.fromFiles);
    }

    Policies policies() {
        return policies;
    }

    int accepted() {
        return policies.all().size();
    }

    /// Of the cluster's, as last read.
    int refused() {
        return refused;
    }

    @Override
    public Map<Written, Told> apply(List<Written> all) {
        var read = new LinkedHashMap<Written, PolicyFiles.Loaded>();
        all.forEach(written -> read.put(written, PolicyFiles.read(written.place(), written.text())));
        List<Policy> valid = read.values().stream()
                .filter(loaded -> loaded.problems().stream().noneMatch(Problem::isError))
                .flatMap(loaded -> loaded.policies().stream())
                .toList();
        policies =
                new Policies(Stream.concat(fromFiles.stream(), valid.stream()).toList());
        refused = (int) read.values().stream()
                .filter(loaded -> loaded.problems().stream().anyMatch(Problem::isError))
                .count();
        LOG.infof("policies read from the cluster count=%d valid=%d", all.size(), valid.size());
        var told = new LinkedHashMap<Written, Told>();
        read.forEach((written, loaded) -> told.put(written, told(loaded)));
        return told;
    }

    private Told told(PolicyFiles.Loaded loaded) {
        var findings = loaded.problems().stream()
                .limit(MOST_FINDINGS)
                .map(problem -> new PolicyStatus.Finding(problem.code().id(), problem.path(), problem.message()))
                .toList();
        var conditions = new ArrayList<Condition>();
        Problem error =
                loaded.problems().stream().filter(Problem::isError).findFirst().orElse(null);
        if (error != null) {
            conditions.add(new Condition(
                    PolicyStatus.Type.Accepted,
                    Standing.False,
                    PolicyStatus.Reason.Invalid,
                    error.path() + ": " + error.message() + "; counts for nothing until it is put right"));
            return new Told(new PolicyStatus(findings), conditions);
        }
        conditions.add(new Condition(
                PolicyStatus.Type.Accepted, Standing.True, PolicyStatus.Reason.Valid, "plans are drawn by it"));
        loaded.policies().forEach(policy -> conditions.add(restrained(policy)));
        return new Told(new PolicyStatus(findings), conditions);
    }

    private Condition restrained(Policy policy) {
        List<String> broken = policies.guardrails().stream()
                .flatMap(guardrails -> guardrails.brokenBy(policy).stream())
                .distinct()
                .toList();
        return broken.isEmpty()
                ? new Condition(PolicyStatus.Type.Restrained, Standing.False, PolicyStatus.Reason.WithinGuardrails, "")
                : new Condition(
                        PolicyStatus.Type.Restrained,
                        Standing.True,
                        PolicyStatus.Reason.GuardrailHolds,
                        "a stricter limit of the cluster holds for " + String.join(", ", broken));
    }
}
