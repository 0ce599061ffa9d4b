package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.StoreFailed;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;

/// Keys that never leave AWS KMS, or what speaks as it does: a data key is wrapped and unwrapped
/// there, each time with the checkpoint's name as the encryption context, which the service's log
/// shows.
public final class KmsKeys implements KeyWrap, AutoCloseable {
    /// With the request's timeout this bounds how long a dead service is waited for.
    private static final int ATTEMPTS = 3;

    private static final String CONTEXT = "lifeboat-checkpoint";

    /// ARNs, aliases, and the ids of keys, of multi-region ones too; whatever else a policy says is an alias.
    private static final Pattern WHOLE = Pattern.compile("arn:.+|alias/.+|(mrk-)?[0-9a-f-]{32,36}");

    private static final String ARN = "arn:";

    private final KmsClient client;
    private final String standard;
    private final @Nullable KeyFile before;

    /// @param standard the key of workloads whose policy names none: id, alias or ARN
    /// @param endpoint another than the cloud's own
    /// @param credentials those of the AWS SDK's usual places where null
    /// @param timeout of one request
    public record Place(
            String standard,
            @Nullable URI endpoint,
            String region,
            StoreLocation.@Nullable Credentials credentials,
            Duration timeout) {}

    /// @param before opens what was sealed before there was a key service
    public KmsKeys(Place place, @Nullable KeyFile before) {
        this.standard = place.standard;
        this.before = before;
        this.client = client(place);
    }

    private static KmsClient client(Place place) {
        var builder = KmsClient.builder()
                .region(Region.of(place.region))
                .overrideConfiguration(S3Store.bounded(place.timeout, ATTEMPTS));
        if (place.endpoint != null) {
            builder.endpointOverride(place.endpoint);
        }
        if (place.credentials != null) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(place.credentials.accessKey(), place.credentials.secretKey())));
        }
        return builder.build();
    }

    @Override
    public Wrapped wrap(@Nullable String named, byte[] dataKey, String context) {
        String key = whole(named == null ? standard : named);
        try {
            EncryptResponse done = client.encrypt(request -> request.keyId(key)
                    .plaintext(SdkBytes.fromByteArray(dataKey))
                    .encryptionContext(bound(context)));
            String text =
                    Base64.getEncoder().encodeToString(done.ciphertextBlob().asByteArray());
            return new Wrapped(done.keyId(), text);
        } catch (SdkException e) {
            throw failure("wrap a data key by the KMS key " + key, e);
        }
    }

    @Override
    public byte[] unwrap(Wrapped wrapped, String context) {
        if (!wrapped.keyId().startsWith(ARN)) {
            return sealedBefore(wrapped).unwrap(wrapped, context);
        }
        byte[] blob = Base64.getDecoder().decode(wrapped.dataKey());
        try {
            return client.decrypt(request -> request.keyId(wrapped.keyId())
                            .ciphertextBlob(SdkBytes.fromByteArray(blob))
                            .encryptionContext(bound(context)))
                    .plaintext()
                    .asByteArray();
        } catch (InvalidCiphertextException | IncorrectKeyException e) {
            throw new CorruptCheckpoint(
                    "manifest: the data key was not wrapped by key " + wrapped.keyId() + " for this one");
        } catch (SdkException e) {
            throw failure("unwrap a data key by the KMS key " + wrapped.keyId(), e);
        }
    }

    private KeyFile sealedBefore(Wrapped wrapped) {
        if (before == null) {
            throw new CorruptCheckpoint("manifest: sealed under key " + wrapped.keyId()
                    + ", which is of a file and of no KMS; give every node that --key-file, too");
        }
        return before;
    }

    /// Whether the standard key can be used right now, for whoever starts.
    ///
    /// @return why not
    public Optional<String> lack() {
        String nothing = "a trial";
        try {
            unwrap(wrap(null, new byte[Sealing.KEY_BYTES], nothing), nothing);
            return Optional.empty();
        } catch (StoreFailed failed) {
            return Optional.of(failed.detail());
        }
    }

    private static String whole(String name) {
        return WHOLE.matcher(name).matches() ? name : "alias/" + name;
    }

    private static Map<String, String> bound(String context) {
        return Map.of(CONTEXT, context.replace('\n', ' '));
    }

    private static StoreFailed failure(String what, SdkException e) {
        return e instanceof SdkClientException
                ? new StoreFailed(StoreFailed.Kind.STALLED, "cannot " + what + ": " + e.getMessage(), e)
                : new StoreFailed(
                        StoreFailed.Kind.REFUSED,
                        "cannot " + what + ": " + e.getMessage()
                                + "; it takes kms:Encrypt and kms:Decrypt on the key that the policy names",
                        e);
    }

    @Override
    public void close() {
        client.close();
    }
}
