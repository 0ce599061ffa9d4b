package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.edge.source.ec2.MotoServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kms.KmsClient;

/// Checkpoints under keys of a key service: moto answers as AWS KMS does.
final class KmsKeysIT {
    private static final Facts FACTS = new Facts("shop/cart", "node-a", "criu 4.2", "6.18", "cpu", 1);

    @TempDir
    private Path folder;

    @Test
    void aCheckpointIsSealedUnderThePolicysKeyAndNothingElseOpensIt() throws Exception {
        KeyFile file = KeyFile.read(Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4)));
        try (var moto = MotoServer.start();
                KmsClient kms = kms(moto);
                var keys = new KmsKeys(place(moto, "standard"), file)) {
            String standard = key(kms, "standard");
            String payments = key(kms, "payments");
            assertThat(keys.lack()).isEmpty();

            save(keys, "by-policy", "payments");
            save(keys, "by-nobody", null);
            save(file, "earlier", "payments");

            assertThat(manifest("by-policy")).contains(payments).doesNotContain(standard);
            assertThat(manifest("by-nobody")).contains(standard);
            assertThat(opens(keys, "by-policy") && opens(keys, "by-nobody") && opens(keys, "earlier"))
                    .isTrue();
            assertThatThrownBy(() -> opens(file, "by-policy"))
                    .isInstanceOf(CorruptCheckpoint.class)
                    .hasMessageContaining(payments);
            KeyWrap.Wrapped wrapped = keys.wrap(null, new byte[Sealing.KEY_BYTES], "one");
            assertThatThrownBy(() -> keys.unwrap(wrapped, "another")).isInstanceOf(CorruptCheckpoint.class);

            assertThatThrownBy(() -> save(keys, "refused", "nobodys"))
                    .isInstanceOf(StoreFailed.class)
                    .hasMessageContaining("alias/nobodys")
                    .hasMessageContaining("kms:Encrypt");
        }
    }

    @Test
    void aServiceThatDoesNotAnswerIsToldAtTheStart() {
        var nowhere = new KmsKeys.Place(
                "standard",
                URI.create("http://127.0.0.1:9"),
                "eu-central-1",
                new StoreLocation.Credentials("test", "test"),
                Duration.ofSeconds(1));
        try (var keys = new KmsKeys(nowhere, null)) {
            assertThat(keys.lack()).hasValueSatisfying(why -> assertThat(why).contains("alias/standard"));
        }
    }

    private void save(KeyWrap keys, String name, @Nullable String key) throws InterruptedException {
        try (var store = store(keys);
                var draft = store.draft(new CheckpointId(name))) {
            draft.seal(key);
            draft.commit(FACTS);
        }
    }

    private boolean opens(KeyWrap keys, String name) throws IOException {
        try (var store = store(keys);
                var saved = store.open(new CheckpointId(name))) {
            return saved.facts().equals(FACTS);
        }
    }

    private StoredCheckpoints store(KeyWrap keys) {
        return new StoredCheckpoints(
                new StoreLocation.Folder(folder.resolve("store")), keys, StoredCheckpoints.Settings.usual());
    }

    private String manifest(String name) throws IOException {
        Path file = folder.resolve("store").resolve(StoredCheckpoints.manifestKey(new CheckpointId(name)));
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static KmsKeys.Place place(MotoServer moto, String standard) {
        return new KmsKeys.Place(
                standard,
                moto.endpoint(),
                MotoServer.REGION.id(),
                new StoreLocation.Credentials("test", "test"),
                Duration.ofSeconds(60));
    }

    private static KmsClient kms(MotoServer moto) {
        return KmsClient.builder()
                .endpointOverride(moto.endpoint())
                .region(MotoServer.REGION)
                .credentialsProvider(MotoServer.ANYBODY)
                .build();
    }

    /// @return its ARN
    private static String key(KmsClient kms, String alias) {
        var made = kms.createKey(request -> request.description(alias)).keyMetadata();
        kms.createAlias(request -> request.aliasName("alias/" + alias).targetKeyId(made.keyId()));
        return made.arn();
    }
}
