package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.OrchestratorSettings;
import dev.lifeboat.edge.kafka.Unreadable;
import dev.lifeboat.edge.kubernetes.PolicyObjects;
import dev.lifeboat.edge.kubernetes.picture.ClusterPicture;
import dev.lifeboat.edge.kubernetes.picture.Outcome;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.edge.policyfile.Problem;
import dev.lifeboat.edge.preflight.Capability;
import dev.lifeboat.edge.telemetry.ObjectMeters;
import dev.lifeboat.edge.telemetry.OrchestratorMeters;
import dev.lifeboat.edge.telemetry.PolicyMeters;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.Observers;
import dev.lifeboat.orchestrator.Planners;
import dev.lifeboat.orchestrator.Terms;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.quantity.ByteRate;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Gives the orchestrator its planner, by policies where there are some, and those whom it tells what it decides.
final class Planning {
    private static final Logger LOG = Logger.getLogger(Planning.class);

    /// Longer than an API server takes that is there.
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private Planning() {}

    /// From files, where there are any, and from the cluster, where that is wanted.
    ///
    /// @throws IllegalArgumentException when those of files hold an error, naming the first
    @Produces
    @Singleton
    static ClusterPolicies policies(OrchestratorSettings settings) {
        Optional<Path> place = settings.orchestrator().policies();
        List<Policy> fromFiles = place.isEmpty() ? List.of() : load(place.get()).policies();
        place.ifPresent(files -> LOG.infof("policies loaded count=%d from=%s", fromFiles.size(), files));
        var policies = new ClusterPolicies(fromFiles);
        if (settings.orchestrator().clusterPolicies()) {
            watch(policies);
        } else if (fromFiles.isEmpty()) {
            LOG.warn("no policies given: everything is saved that can be; see --policies");
        }
        return policies;
    }

    /// Until the process ends.
    private static void watch(ClusterPolicies policies) {
        var objects =
                new PolicyObjects(new KubernetesClientBuilder().build(), InstantSource.system(), PATIENCE, policies);
        Runtime.getRuntime().addShutdownHook(new Thread(objects::close, "policies-stop"));
    }

    @Produces
    @Singleton
    static Planners planners(OrchestratorSettings settings, ClusterPolicies policies) {
        var storeTakes = new ByteRate((double) settings.orchestrator().storeBytesPerSecond());
        return hindsight -> new FollowingPlanner(
                () -> new Terms(policies.policies(), settings.partitions(), storeTakes), hindsight);
    }

    /// What the orchestrator tells becomes meters and, where that is wanted, objects of the cluster; policies that come
    /// later are counted as `other` until a restart.
    @Produces
    @Singleton
    static Observer observer(OrchestratorSettings settings, ClusterPolicies policies, MeterRegistry registry) {
        List<String> deadLetters =
                Stream.of(Unreadable.Reason.values()).map(Enum::name).toList();
        var meters = new OrchestratorMeters(
                registry,
                new OrchestratorMeters.Setting(
                        settings.partitions(),
                        policies.policies(),
                        deadLetters,
                        Stream.of(Capability.values()).map(Capability::code).toList(),
                        InstantSource.system()));
        var _ = new PolicyMeters(registry, policies::accepted, policies::refused);
        var objects = new ObjectMeters(
                registry, Stream.of(Outcome.values()).map(Enum::name).toList());
        if (!settings.orchestrator().clusterObjects()) {
            objects.watch(() -> 0);
            return meters;
        }
        ClusterPicture picture = Showing.start(settings, objects);
        objects.watch(picture::behind);
        return new Observers(List.of(meters, picture));
    }

    /// @throws IllegalArgumentException when there are none or they hold an error, naming the first
    static PolicyFiles.Loaded load(Path place) {
        if (!Files.exists(place)) {
            throw new IllegalArgumentException(place + ": there is no such file or folder; --policies names one");
        }
        PolicyFiles.Loaded loaded = PolicyFiles.load(place);
        for (Problem problem : loaded.problems()) {
            if (problem.isError()) {
                throw new IllegalArgumentException(
                        problem.headline() + "; see all of it with: lifeboat policy lint " + place);
            }
        }
        if (loaded.policies().isEmpty()) {
            throw new IllegalArgumentException(
                    place + ": holds no policy; --policies names a folder or file that does");
        }
        return loaded;
    }
}
