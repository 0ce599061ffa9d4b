package dev.lifeboat.edge.launch.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// Files to a bucket by the AWS SDK's blocking client: large ones in parts of 64 MiB, four at a time, as common tools
/// do.
record Upload(S3Client s3, String bucket) {
    private static final int PART_BYTES = 64 << 20;
    private static final int AT_ONCE = 4;

    void all(List<Path> files) throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (Path file : files) {
                one(file, threads);
            }
        }
    }

    private void one(Path file, ExecutorService threads) throws IOException, InterruptedException {
        String key = "rival/" + file.getFileName();
        long size = Files.size(file);
        if (size <= PART_BYTES) {
            s3.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromFile(file));
            return;
        }
        String id = s3.createMultipartUpload(create -> create.bucket(bucket).key(key))
                .uploadId();
        var parts = new ArrayList<Future<CompletedPart>>();
        for (long at = 0; at < size; at += PART_BYTES) {
            long from = at;
            int number = parts.size() + 1;
            parts.add(threads.submit(() -> part(file, from, key, id, number)));
        }
        var done = new ArrayList<CompletedPart>();
        for (Future<CompletedPart> part : parts) {
            done.add(result(part));
        }
        s3.completeMultipartUpload(
                complete -> complete.bucket(bucket).key(key).uploadId(id).multipartUpload(all -> all.parts(done)));
    }

    private CompletedPart part(Path file, long from, String key, String id, int number) {
        try (var channel = FileChannel.open(file)) {
            var bytes = ByteBuffer.allocate((int) Math.min(PART_BYTES, channel.size() - from));
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) > 0) {}
            String tag = s3.uploadPart(
                            part -> part.bucket(bucket).key(key).uploadId(id).partNumber(number),
                            RequestBody.fromByteBuffer(bytes.flip()))
                    .eTag();
            return CompletedPart.builder().partNumber(number).eTag(tag).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CompletedPart result(Future<CompletedPart> part) throws IOException, InterruptedException {
        try {
            return part.get();
        } catch (ExecutionException refused) {
            throw new IOException("the rival's upload failed: " + refused.getCause(), refused);
        }
    }
}
