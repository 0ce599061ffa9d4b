package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.OrchestratorSettings;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.edge.policyfile.Problem;
import dev.lifeboat.orchestrator.Planner;
import dev.lifeboat.orchestrator.Planners;
import dev.lifeboat.orchestrator.PolicyPlanner;
import dev.lifeboat.orchestrator.Terms;
import dev.lifeboat.quantity.ByteRate;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Gives the orchestrator its planner: by policies where there are some.
final class Planning {
    private static final Logger LOG = Logger.getLogger(Planning.class);

    private Planning() {}

    /// @throws IllegalArgumentException when the policies hold an error, naming the first
    @Produces
    @Singleton
    static Planners planners(OrchestratorSettings settings) {
        Optional<Path> policies = settings.orchestrator().policies();
        if (policies.isEmpty()) {
            LOG.warn("no policies given: everything is saved that can be; see --policies");
            return _ -> Planner.SAVE_ALL;
        }
        PolicyFiles.Loaded loaded = load(policies.get());
        LOG.infof("policies loaded count=%d from=%s", loaded.all().all().size(), policies.get());
        var terms = new Terms(loaded.all(), settings.partitions(), new ByteRate((double)
                settings.orchestrator().storeBytesPerSecond()));
        return hindsight -> new PolicyPlanner(terms, hindsight);
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
