package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.StoreFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Objects in anything that speaks S3 and honours If-None-Match on PUT.
final class S3Store implements ObjectStore {
    /// With the request timeout this bounds how long a dead store is waited for.
    private static final int ATTEMPTS = 3;

    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final S3Client client;
    private final String bucket;
    /// Empty, or with a slash at its end. Not part of a key as anybody else knows it, so that a store may be moved.
    private final String prefix;

    S3Store(StoreLocation.S3 location) {
        this.bucket = location.bucket();
        this.prefix = location.prefix().isEmpty() ? "" : location.prefix() + '/';
        this.client = client(location);
    }

    private static S3Client client(StoreLocation.S3 location) {
        Duration timeout = location.timeout();
        var builder = S3Client.builder()
                .region(Region.of(location.region()))
                .forcePathStyle(true)
                // Every chunk carries its own tag, so a second checksum would only cost time; and not all stores know
                // it.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(bounded(timeout, ATTEMPTS))
                .putAuthScheme(new UnsignedParts())
                .httpClient(new JdkHttp(timeout));
        if (location.endpoint() != null) {
            builder.endpointOverride(location.endpoint());
        }
        var credentials = location.credentials();
        if (credentials != null) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey())));
        }
        return builder.build();
    }

    /// What bounds any service of the cloud that a save waits for.
    static ClientOverrideConfiguration bounded(Duration timeout, int attempts) {
        return ClientOverrideConfiguration.builder()
                .apiCallAttemptTimeout(timeout)
                .apiCallTimeout(timeout.multipliedBy(attempts))
                .retryStrategy(
                        StandardRetryStrategy.builder().maxAttempts(attempts).build())
                .build();
    }

    @Override
    public Upload upload(String key) {
        String upload = attempt(
                "begin " + key,
                () -> client.createMultipartUpload(
                                request -> request.bucket(bucket).key(inBucket(key)))
                        .uploadId());
        return new MultipartUpload(key, upload);
    }

    private final class MultipartUpload implements Upload {
        private final String key;
        private final String upload;
        private final List<CompletedPart> parts = new ArrayList<>();

        MultipartUpload(String key, String upload) {
            this.key = key;
            this.upload = upload;
        }

        @Override
        public void part(int number, long offset, ByteBuffer content) {
            String tag = attempt(
                    "write part " + number + " of " + key,
                    () -> client.uploadPart(
                                    request -> request.bucket(bucket)
                                            .key(inBucket(key))
                                            .uploadId(upload)
                                            .partNumber(number),
                                    body(content))
                            .eTag());
            synchronized (parts) {
                parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
            }
        }

        @Override
        public void complete() {
            List<CompletedPart> sorted;
            synchronized (parts) {
                sorted = parts.stream()
                        .sorted(Comparator.comparing(CompletedPart::partNumber))
                        .toList();
            }
            attempt(
                    "complete " + key,
                    () -> client.completeMultipartUpload(request -> request.bucket(bucket)
                            .key(inBucket(key))
                            .uploadId(upload)
                            .multipartUpload(all -> all.parts(sorted))));
        }

        @Override
        public void abort() {
            try {
                client.abortMultipartUpload(
                        request -> request.bucket(bucket).key(inBucket(key)).uploadId(upload));
            } catch (SdkException _) {
                // A lifecycle rule for unfinished uploads clears it; docs/how-to/prepare-a-store.md asks for one.
            }
        }
    }

    /// A fresh stream for every try, straight over the buffer: the SDK's own would copy it.
    private static RequestBody body(ByteBuffer content) {
        return RequestBody.fromContentProvider(
                () -> new BufferStream(content.duplicate()), content.remaining(), UnsignedParts.SEALED);
    }

    @Override
    public void put(String key, ByteBuffer content) {
        attempt(
                "put " + key,
                () -> client.putObject(request -> request.bucket(bucket).key(inBucket(key)), body(content)));
    }

    @Override
    public void put(String key, byte[] content) {
        attempt(
                "put " + key,
                () -> client.putObject(
                        request -> request.bucket(bucket).key(inBucket(key)), RequestBody.fromBytes(content)));
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) {
        String what = "put " + key;
        try {
            client.putObject(
                    request -> request.bucket(bucket).key(inBucket(key)).ifNoneMatch("*"),
                    RequestBody.fromBytes(content));
            return true;
        } catch (S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT) {
                return false;
            }
            throw failure(what, e);
        } catch (SdkException e) {
            throw failure(what, e);
        }
    }

    @Override
    public Optional<byte[]> get(String key, int limit) {
        return attempt("get " + key, () -> {
            try (var response =
                    client.getObject(request -> request.bucket(bucket).key(inBucket(key)))) {
                byte[] bytes = response.readNBytes(limit + 1);
                if (bytes.length > limit) {
                    response.abort();
                    throw new CorruptCheckpoint(key + " has more than " + limit + " bytes");
                }
                return Optional.of(bytes);
            } catch (NoSuchKeyException _) {
                return Optional.empty();
            } catch (IOException e) {
                throw new StoreFailed(StoreFailed.Kind.STALLED, "cannot get " + key + ": " + e.getMessage(), e);
            }
        });
    }

    @Override
    public void read(String key, long offset, ByteBuffer target) {
        String range = "bytes=" + offset + "-" + (offset + target.remaining() - 1);
        attempt("read " + key, () -> {
            try (InputStream in = client.getObject(
                    request -> request.bucket(bucket).key(inBucket(key)).range(range))) {
                var channel = Channels.newChannel(in);
                while (target.hasRemaining()) {
                    if (channel.read(target) < 0) {
                        throw new CorruptCheckpoint(key + ": ends before what the index says");
                    }
                }
                // To its end: a body that is closed before is cancelled, and with it what the JDK's client may
                // have begun on the same connection since, once all bytes had come.
                var _ = in.read();
                return target;
            } catch (NoSuchKeyException _) {
                throw new CorruptCheckpoint(key + ": missing");
            } catch (S3Exception e) {
                if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
                    throw new CorruptCheckpoint(key + ": ends before what the index says");
                }
                throw e;
            } catch (IOException e) {
                throw new StoreFailed(StoreFailed.Kind.STALLED, "cannot read " + key + ": " + e.getMessage(), e);
            }
        });
    }

    @Override
    public List<String> list(String start) {
        return attempt(
                "list " + start,
                () ->
                        client
                                .listObjectsV2Paginator(
                                        request -> request.bucket(bucket).prefix(inBucket(start)))
                                .contents()
                                .stream()
                                .map(object -> object.key().substring(prefix.length()))
                                .sorted()
                                .toList());
    }

    @Override
    public void delete(String key) {
        attempt(
                "delete " + key,
                () -> client.deleteObject(request -> request.bucket(bucket).key(inBucket(key))));
    }

    private String inBucket(String key) {
        return prefix + key;
    }

    private static <T> T attempt(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw failure(what, e);
        }
    }

    private static StoreFailed failure(String what, SdkException e) {
        var kind = e instanceof SdkClientException ? StoreFailed.Kind.STALLED : StoreFailed.Kind.REFUSED;
        return new StoreFailed(kind, "cannot " + what + ": " + told(e), e);
    }

    /// The SDK names every class that had no credentials, over several lines; whoever reads it needs to know what to
    /// give.
    private static String told(SdkException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith("Unable to load credentials")
                ? "no credentials for the store: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give"
                        + " this machine or pod a role"
                : message;
    }
}
