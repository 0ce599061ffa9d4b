package dev.lifeboat.edge.objectstore;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Which store, and which key opens what is in it: the same for every command that names one.
public final class StoreOptions {
    private static final String S3 = "s3://";

    private static final String REGION = "us-east-1";

    /// One request of a command that somebody waits for.
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--store", paramLabel = "PLACE", description = "s3://BUCKET[/PREFIX], or a folder all nodes mount.")
    private @Nullable String store;

    @Option(names = "--store-endpoint", paramLabel = "URL", description = "Another S3 endpoint than the cloud's own.")
    private @Nullable URI endpoint;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "32 bytes, as hex or base64, that wrap every checkpoint's own key. There is no default key.")
    private @Nullable Path keyFile;

    @Option(
            names = "--kms",
            paramLabel = "KEY",
            description = "A key of AWS KMS does it instead: id, alias or ARN, where no policy names another.")
    private @Nullable String kms;

    @Option(names = "--kms-endpoint", paramLabel = "URL", description = "Another KMS endpoint than the cloud's own.")
    private @Nullable URI kmsEndpoint;

    @Option(names = "--store-region", paramLabel = "NAME", description = "The bucket's region (default us-east-1).")
    private @Nullable String region;

    /// Hands them on as settings of a role, those that were given.
    ///
    /// @param setting takes a key below the role's prefix, such as `store.location`, and its value or null
    public void tell(BiConsumer<String, @Nullable Object> setting) {
        setting.accept("store.location", store);
        setting.accept("store.endpoint", endpoint);
        setting.accept("store.key-file", keyFile);
        setting.accept("store.kms", kms);
        setting.accept("store.kms-endpoint", kmsEndpoint);
        setting.accept("store.region", region);
    }

    /// Credentials come from the AWS SDK's usual places.
    ObjectStore open() {
        if (store == null) {
            throw new ParameterException(
                    spec.commandLine(), "which store? Give --store s3://BUCKET[/PREFIX] or a folder");
        }
        try {
            return StoredCheckpoints.open(
                    store.startsWith(S3)
                            ? StoreLocation.S3.at(
                                    store.substring(S3.length()),
                                    endpoint,
                                    region == null ? REGION : region,
                                    null,
                                    TIMEOUT)
                            : new StoreLocation.Folder(existing(Path.of(store))));
        } catch (IllegalArgumentException mistake) {
            throw new ParameterException(spec.commandLine(), String.valueOf(mistake.getMessage()), mistake);
        }
    }

    private KmsKeys.Place kmsPlace(String standard) {
        return new KmsKeys.Place(standard, kmsEndpoint, region == null ? REGION : region, null, TIMEOUT);
    }

    private static Path existing(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("there is no folder " + folder + "; --store names one, or s3://BUCKET");
        }
        return folder;
    }

    /// The key, which some commands can do without.
    @Nullable
    KeyWrap keyIfGiven() {
        return keyFile == null && kms == null ? null : key();
    }

    KeyWrap key() {
        if (keyFile == null && kms == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "checkpoints are encrypted: give the key that the agents have, --key-file FILE or --kms KEY");
        }
        try {
            KeyFile file = keyFile == null ? null : KeyFile.read(keyFile);
            return kms == null && file != null ? file : new KmsKeys(kmsPlace(String.valueOf(kms)), file);
        } catch (IllegalArgumentException mistake) {
            throw new ParameterException(spec.commandLine(), String.valueOf(mistake.getMessage()), mistake);
        }
    }
}
