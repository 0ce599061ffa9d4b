package dev.lifeboat.edge.demo.imds;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `lifeboat imds`: runs [Imds] until it is killed.
@Command(
        name = "imds",
        mixinStandardHelpOptions = true,
        description = "Answers as EC2's instance metadata service (IMDSv2) does, for demos and tests.",
        footer = {
            "",
            "Announce an interruption through the control port, from the cloud's side:",
            "  curl -X PUT http://CONTROL/latest/meta-data/spot/instance-action \\",
            "       -d '{\"action\":\"terminate\",\"time\":\"2026-01-01T00:02:00Z\"}'",
            "Take a value back: curl -X DELETE with the same address."
        })
public final class ImdsCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--address", paramLabel = "HOST", description = "Listen here (default: ${DEFAULT-VALUE}).")
    private String address = "127.0.0.1";

    @Option(names = "--port", description = "0 picks a free one (default: ${DEFAULT-VALUE}).")
    private int port = 0;

    @Option(names = "--control-address", paramLabel = "HOST", description = "Control port's (default: 127.0.0.1).")
    private String controlAddress = "127.0.0.1";

    @Option(names = "--control-port", paramLabel = "PORT", description = "0 picks a free one (default: 0).")
    private int controlPort = 0;

    @Option(names = "--instance-id", paramLabel = "ID", description = "Default: ${DEFAULT-VALUE}.")
    private String instanceId = "i-0123456789abcdef0";

    @Option(names = "--instance-type", paramLabel = "TYPE", description = "Default: ${DEFAULT-VALUE}.")
    private String instanceType = "m7i.large";

    @Option(names = "--zone", description = "Default: ${DEFAULT-VALUE}.")
    private String zone = "eu-central-1a";

    @Option(names = "--private-ip", paramLabel = "IP", description = "Default: ${DEFAULT-VALUE}.")
    private String privateIp = "127.0.0.1";

    @Option(
            names = "--ready-file",
            paramLabel = "FILE",
            description = "Written once it listens: the service's and the control's HOST:PORT, one a line.")
    private @Nullable Path readyFile;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Imds imds = open();
        imds.start();
        String ready = text(imds.address()) + "\n" + text(imds.controlAddress()) + "\n";
        System.out.print("imds: metadata, control:\n" + ready);
        if (readyFile != null) {
            Path half = Files.writeString(readyFile.resolveSibling(readyFile.getFileName() + ".new"), ready);
            Files.move(half, readyFile, StandardCopyOption.ATOMIC_MOVE);
        }
        new CountDownLatch(1).await();
        return 0;
    }

    private Imds open() throws IOException {
        try {
            var instance = new Instance(instanceId, instanceType, zone, "ami-0123456789abcdef0", privateIp);
            return new Imds(
                    Metadata.of(instance),
                    new Tokens(InstantSource.system(), new SecureRandom()),
                    new InetSocketAddress(address, port),
                    new InetSocketAddress(controlAddress, controlPort));
        } catch (BindException e) {
            throw mistake("nothing can listen at " + address + ":" + port + " or " + controlAddress + ":" + controlPort
                    + " (" + e.getMessage() + "); choose other addresses or ports");
        } catch (IllegalArgumentException e) {
            throw mistake(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException mistake(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
