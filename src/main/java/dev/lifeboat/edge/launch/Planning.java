package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.OrchestratorSettings;
import dev.lifeboat.edge.kafka.Unreadable;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.edge.policyfile.Problem;
import dev.lifeboat.edge.telemetry.OrchestratorMeters;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.Planner;
import dev.lifeboat.orchestrator.Planners;
import dev.lifeboat.orchestrator.PolicyPlanner;
import dev.lifeboat.orchestrator.Terms;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.quantity.ByteRate;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Gives the orchestrator its planner, by policies where there are some, and its meters.
final class Planning {
    private static final Logger LOG = Logger.getLogger(Planning.class);

    private Planning() {}

    /// Empty where none are given.
    ///
    /// @throws IllegalArgumentException when they hold an error, naming the first
    @Produces
    @Singleton
    static Policies policies(OrchestratorSettings settings) {
        Optional<Path> place = settings.orchestrator().policies();
        if (place.isEmpty()) {
            LOG.warn("no policies given: everything is saved that can be; see --policies");
            return new Policies(List.of());
        }
        Policies policies = load(place.get()).all();
        LOG.infof("policies loaded count=%d from=%s", policies.all().size(), place.get());
        return policies;
    }

    @Produces
    @Singleton
    static Planners planners(OrchestratorSettings settings, Policies policies) {
        if (policies.all().isEmpty()) {
            return _ -> Planner.SAVE_ALL;
        }
        var terms = new Terms(policies, settings.partitions(), new ByteRate((double)
                settings.orchestrator().storeBytesPerSecond()));
        return hindsight -> new PolicyPlanner(terms, hindsight);
    }

    /// What the orchestrator tells becomes meters.
    @Produces
    @Singleton
    static Observer observer(OrchestratorSettings settings, Policies policies, MeterRegistry registry) {
        List<String> deadLetters =
                Stream.of(Unreadable.Reason.values()).map(Enum::name).toList();
        return new OrchestratorMeters(
                registry,
                new OrchestratorMeters.Setting(settings.partitions(), policies, deadLetters, InstantSource.system()));
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
