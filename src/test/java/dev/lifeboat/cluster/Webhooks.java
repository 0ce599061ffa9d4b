package dev.lifeboat.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/// The chart's webhooks and RuntimeClass, as it would install them, but for a process of this machine in the place of
/// the orchestrators' Service.
record Webhooks(KubernetesClient client, List<HasMetadata> objects) implements AutoCloseable {
    private static final List<String> KINDS =
            List.of("RuntimeClass", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration");

    /// @param port of 127.0.0.1, whoever listens there with [ControlPlane#certificate]
    static Webhooks install(KubernetesClient client, int port) throws IOException, InterruptedException {
        String trusted = Base64.getEncoder().encodeToString(Files.readAllBytes(ControlPlane.authority()));
        List<HasMetadata> objects = ControlPlane.rendered(
                        "standing-in",
                        "--show-only=templates/pods.yaml",
                        "--set=pods.enabled=true,kafka.bootstrap=kafka:9092,store.location=s3://checkpoints")
                .stream()
                .filter(object -> KINDS.contains(object.getKind()))
                .toList();
        objects.stream().flatMap(Webhooks::asked).forEach(config -> redirect(config, port, trusted));
        client.resourceList(objects).serverSideApply();
        return new Webhooks(client, objects);
    }

    private static Stream<WebhookClientConfig> asked(HasMetadata object) {
        return switch (object) {
            case MutatingWebhookConfiguration hooks ->
                hooks.getWebhooks().stream().map(MutatingWebhook::getClientConfig);
            case ValidatingWebhookConfiguration hooks ->
                hooks.getWebhooks().stream().map(ValidatingWebhook::getClientConfig);
            default -> Stream.empty();
        };
    }

    private static void redirect(WebhookClientConfig config, int port, String trusted) {
        config.setUrl("https://127.0.0.1:" + port + config.getService().getPath());
        config.setService(null);
        config.setCaBundle(trusted);
    }

    @Override
    public void close() {
        client.resourceList(objects).delete();
    }
}
