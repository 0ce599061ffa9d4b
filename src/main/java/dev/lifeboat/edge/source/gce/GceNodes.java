package dev.lifeboat.edge.source.gce;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.InstancesClient;
import com.google.cloud.compute.v1.InstancesSettings;
import com.google.cloud.compute.v1.ListZoneOperationsRequest;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.ZoneOperationsClient;
import com.google.cloud.compute.v1.ZoneOperationsSettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The project's instances, by Google's own word. Also answers whether one is really dead.
///
/// Every question throws [com.google.api.gax.rpc.ApiException] when it is not answered within [#LIMIT].
public final class GceNodes implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(10);

    /// States without the instance's memory; `SUSPENDED` keeps it, `STOPPING` still has it.
    private static final Set<String> DEAD = Set.of("TERMINATED", "STOPPED");

    /// Operations that leave nothing of an instance that is not there any more.
    private static final Set<String> ENDINGS = Set.of("delete", "compute.instances.preempted");

    private final InstancesClient instances;
    private final ZoneOperationsClient operations;

    private GceNodes(InstancesClient instances, ZoneOperationsClient operations) {
        this.instances = instances;
        this.operations = operations;
    }

    /// With the application's default credentials.
    ///
    /// @throws IOException when there are none
    public static GceNodes open() throws IOException {
        return open(InstancesSettings.newBuilder(), ZoneOperationsSettings.newBuilder());
    }

    /// Another endpoint, without credentials: for a counterpart of the API.
    static GceNodes at(URI endpoint) throws IOException {
        return open(
                InstancesSettings.newBuilder()
                        .setEndpoint(endpoint.toString())
                        .setCredentialsProvider(NoCredentialsProvider.create()),
                ZoneOperationsSettings.newBuilder()
                        .setEndpoint(endpoint.toString())
                        .setCredentialsProvider(NoCredentialsProvider.create()));
    }

    /// @param providerId as Kubernetes has it, `gce://PROJECT/ZONE/NAME`
    /// @return empty when it is no such id, or there is no such instance now
    public Optional<GceMachine> machine(String providerId) {
        String[] parts = providerId.replaceFirst("^gce://", "").split("/", -1);
        if (!providerId.startsWith("gce://") || parts.length != 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(machine(parts[0], parts[1], instances.get(parts[0], parts[1], parts[2])));
        } catch (NotFoundException _) {
            return Optional.empty();
        }
    }

    /// Proof of death: true only when Google says that this very instance has ended, or was deleted. One
    /// that Google does not know proves nothing by itself (another project, missing rights).
    public boolean isDead(GceMachine machine) {
        try {
            Instance now = instances.get(machine.project(), machine.zone(), machine.name());
            // Names are given again only once their last bearer is gone.
            return now.getId() != machine.id() || DEAD.contains(now.getStatus());
        } catch (NotFoundException _) {
            return wasEnded(machine);
        }
    }

    @Override
    public void close() {
        instances.close();
        operations.close();
    }

    private boolean wasEnded(GceMachine machine) {
        var request = ListZoneOperationsRequest.newBuilder()
                .setProject(machine.project())
                .setZone(machine.zone())
                .setFilter("targetId=" + Long.toUnsignedString(machine.id()))
                .build();
        for (Operation operation : operations.list(request).iterateAll()) {
            if (operation.getTargetId() == machine.id()
                    && operation.getStatus() == Operation.Status.DONE
                    && !operation.hasError()
                    && ENDINGS.contains(operation.getOperationType())) {
                return true;
            }
        }
        return false;
    }

    private static GceMachine machine(String project, String zone, Instance instance) {
        var scheduling = instance.getScheduling();
        boolean spot =
                scheduling.getPreemptible() || scheduling.getProvisioningModel().equals("SPOT");
        String type = instance.getMachineType();
        return new GceMachine(
                project, zone, instance.getName(), instance.getId(), type.substring(type.lastIndexOf('/') + 1), spot);
    }

    private static GceNodes open(InstancesSettings.Builder instances, ZoneOperationsSettings.Builder operations)
            throws IOException {
        instances.getSettings().setSimpleTimeoutNoRetriesDuration(LIMIT);
        operations.listSettings().setSimpleTimeoutNoRetriesDuration(LIMIT);
        return new GceNodes(InstancesClient.create(instances.build()), ZoneOperationsClient.create(operations.build()));
    }
}
