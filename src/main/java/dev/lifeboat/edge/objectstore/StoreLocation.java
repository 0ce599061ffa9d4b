package dev.lifeboat.edge.objectstore;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which store: `s3://bucket[/prefix]` or a folder.
public sealed interface StoreLocation {

    /// @param timeout for one request; then it is tried again, a bounded number of times
    record S3(
            String bucket,
            @Nullable URI endpoint,
            String region,
            @Nullable Credentials credentials,
            Duration timeout) implements StoreLocation {}

    /// @param root made when it is missing; has to be on one file system
    record Folder(Path root) implements StoreLocation {}

    /// Where none are given, the AWS SDK's usual places are asked.
    record Credentials(String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "Credentials[" + accessKey + "]";
        }
    }
}
