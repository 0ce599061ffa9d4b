package dev.lifeboat.edge.kafka;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `lifeboat broker`: a one-node Kafka for the demo and for trying things out.
@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        description = "Runs a one-node Kafka for the demo and for trying things out.",
        footer = "Prints its address once it is up; ends on SIGTERM. Nothing is replicated: not for production.")
public final class BrokerCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--address",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Address of this machine to listen on (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private InetAddress address;

    @Option(
            names = "--port",
            defaultValue = "9092",
            description = "Port; 0 for any free one (default ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--dir",
            required = true,
            description = "Folder of its log; made when missing, taken up again when not.")
    @SuppressWarnings("NullAway.Init")
    private Path dir;

    @Option(
            names = "--partitions",
            defaultValue = "4",
            description = "Partitions of the topics that it makes (default ${DEFAULT-VALUE}).")
    private int partitions;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            return serve(new Topics(partitions));
        } catch (IllegalArgumentException mistake) {
            throw new ParameterException(spec.commandLine(), String.valueOf(mistake.getMessage()), mistake);
        } catch (BindException taken) {
            throw new ParameterException(
                    spec.commandLine(),
                    "nothing can listen at " + address.getHostAddress() + ":" + port + " (" + taken.getMessage()
                            + "); choose another --address or --port",
                    taken);
        }
    }

    private int serve(Topics topics) throws IOException, InterruptedException {
        try (var broker = EmbeddedBroker.start(dir, address, port)) {
            topics.create(Brokers.plain(broker.bootstrap()));
            spec.commandLine().getOut().println("broker: listening on " + broker.bootstrap());
            spec.commandLine().getOut().flush();
            var stopped = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown, "broker-stop"));
            stopped.await();
            return 0;
        }
    }
}
