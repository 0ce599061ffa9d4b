package dev.lifeboat.edge.source.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/// moto's server in a process of its own: answers as SQS and EC2 do.
public final class MotoServer implements AutoCloseable {
    /// moto asks nobody who they are.
    public static final StaticCredentialsProvider ANYBODY =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

    public static final Region REGION = Region.EU_CENTRAL_1;

    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final int port;

    private MotoServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static MotoServer start() throws Exception {
        String command = provisioned();
        int port = freePort();
        var process = new ProcessBuilder(command, "-H", "127.0.0.1", "-p", Integer.toString(port))
                .redirectErrorStream(true)
                .start();
        var up = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> watch(process, up));
        assertThat(up.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("moto's server started")
                .isTrue();
        return new MotoServer(process, port);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public SqsClient sqs() {
        return sqs(_ -> {});
    }

    /// @param sent is told every request before it goes
    SqsClient sqs(Consumer<SdkRequest> sent) {
        return SqsClient.builder()
                .overrideConfiguration(override -> override.addExecutionInterceptor(new ExecutionInterceptor() {
                    @Override
                    public void beforeExecution(
                            Context.BeforeExecution context, ExecutionAttributes executionAttributes) {
                        sent.accept(context.request());
                    }
                }))
                .endpointOverride(endpoint())
                .region(REGION)
                .credentialsProvider(ANYBODY)
                .build();
    }

    public Ec2Client ec2() {
        return Ec2Client.builder()
                .endpointOverride(endpoint())
                .region(REGION)
                .credentialsProvider(ANYBODY)
                .build();
    }

    @Override
    public void close() {
        process.destroy();
    }

    /// Werkzeug says where it runs; its output is read on, so that it never blocks.
    private static void watch(Process process, CompletableFuture<Boolean> up) {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains("Running on")) {
                    up.complete(true);
                }
            }
            up.complete(false);
        } catch (IOException e) {
            up.completeExceptionally(e);
        }
    }

    private static String provisioned() throws Exception {
        var process = new ProcessBuilder(
                        Drawn.top().resolve(".ci/provision-moto").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String path = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as("provision-moto").isZero();
        return path;
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
