package dev.lifeboat.edge.objectstore;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which store: `s3://bucket[/prefix]` or a folder.
public sealed interface StoreLocation {

    /// @param prefix what all keys in the bucket begin with, without a slash at either end; empty for none
    /// @param timeout for one request; then it is tried again, a bounded number of times
    record S3(
            String bucket,
            String prefix,
            @Nullable URI endpoint,
            String region,
            @Nullable Credentials credentials,
            Duration timeout)
            implements StoreLocation {
        private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
        private static final Pattern PREFIX =
                Pattern.compile("|(?!\\.\\.?(/|$))[A-Za-z0-9._-]+(/(?!\\.\\.?(/|$))[A-Za-z0-9._-]+)*");

        /// S3 has 1,024 bytes for a key; ours take up to about 200.
        private static final int LONGEST_PREFIX = 512;

        public S3 {
            if (!BUCKET.matcher(bucket).matches()) {
                throw new IllegalArgumentException("'" + bucket
                        + "' is no bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens; give"
                        + " s3://BUCKET or s3://BUCKET/PREFIX");
            }
            if (prefix.length() > LONGEST_PREFIX || !PREFIX.matcher(prefix).matches()) {
                throw new IllegalArgumentException("'" + prefix + "' is no prefix in a bucket: at most "
                        + LONGEST_PREFIX + " letters, digits, dots, hyphens and underscores, in parts with one slash"
                        + " between them");
            }
        }

        /// @param place `BUCKET` or `BUCKET/PREFIX`, with or without a slash at the end
        public static S3 at(
                String place,
                @Nullable URI endpoint,
                String region,
                @Nullable Credentials credentials,
                Duration timeout) {
            int slash = place.indexOf('/');
            String bucket = slash < 0 ? place : place.substring(0, slash);
            String rest = slash < 0 ? "" : place.substring(slash + 1);
            String prefix = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
            return new S3(bucket, prefix, endpoint, region, credentials, timeout);
        }
    }

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
