package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.OrchestratorSettings;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.kubernetes.AdmissionServer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `lifeboat orchestrator`: starts the service with its channel only.
@Command(
        name = "orchestrator",
        mixinStandardHelpOptions = true,
        description = "Runs the orchestrator: reads notices and reports, decides, journals, orders.",
        footer = {
            "",
            "Every setting may also come from the environment. Meters at /q/metrics, health at /q/health. Ends on SIGTERM.",
            "Exit codes: 0 ended, 1 could not start or must be started again, 2 wrong usage."
        })
final class OrchestratorCommand implements Callable<Integer> {
    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "Kafka's address (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String kafka;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "orchestrator-0",
            description = "Unique, and the same after a restart (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "HTTP port for health and metrics (default ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "4",
            description = "Partitions of the topics (default ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--policies",
            paramLabel = "PATH",
            description = "A policy file or a folder of them; without one everything is saved that can be.")
    private @Nullable Path policies;

    @Option(
            names = "--cluster-policies",
            description = {
                "The policies that the cluster holds as objects hold too, as they are applied and changed;",
                "their status says what became of them."
            })
    private boolean clusterPolicies;

    @Option(
            names = "--cluster-objects",
            description = {
                "What is decided is shown in the cluster: NodeNotices, Evacuations, Checkpoints and events.",
                "They are a picture; what is done to them is put back."
            })
    private boolean clusterObjects;

    @Option(
            names = "--pods",
            description = {
                "Pods with the label lifeboat.dev/protect=true that take the place of one which is being moved are held",
                "back until it is restored or given up. Needs a kubeconfig or a pod's own rights."
            })
    private boolean pods;

    @Option(
            names = "--tls",
            paramLabel = "DIR",
            description = "Holds tls.crt and tls.key, by which the API server is answered at port 8443; with --pods.")
    private @Nullable Path tls;

    @Override
    public Integer call() {
        if (clusterObjects) {
            System.setProperty("lifeboat.orchestrator.cluster-objects", "true");
        }
        if (pods) {
            System.setProperty("lifeboat.orchestrator.pods.enabled", "true");
        }
        if (tls != null) {
            System.setProperty("lifeboat.orchestrator.pods.tls", tls.toString());
        }
        if (clusterPolicies) {
            System.setProperty("lifeboat.orchestrator.cluster-policies", "true");
        }
        if (policies != null) {
            System.setProperty("lifeboat.orchestrator.policies", policies.toString());
        }
        System.setProperty("kafka.bootstrap.servers", kafka);
        System.setProperty("lifeboat.orchestrator.name", name);
        System.setProperty("lifeboat.partitions", Integer.toString(partitions));
        System.setProperty("quarkus.http.port", Integer.toString(port));
        System.setProperty("mp.messaging.incoming.inputs.enabled", "true");
        System.setProperty("mp.messaging.incoming.inputs.group.instance.id", name);
        return new Roles.Told<>("lifeboat orchestrator", OrchestratorSettings.class, this::check).run(null);
    }

    private void check(OrchestratorSettings settings) {
        Brokers.plain(kafka).checkNames();
        if (name.isBlank()) {
            throw new IllegalArgumentException("--name is empty; give one that no other orchestrator has");
        }
        var _ = new Topics(settings.partitions());
        var _ = settings.limits();
        Showing.check(settings);
        settings.orchestrator().pods().tls().ifPresent(AdmissionServer::check);
        settings.orchestrator().policies().ifPresent(Planning::load);
    }
}
