package dev.lifeboat.edge.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/// The Kafka that a suite runs against: the container that users run where an engine and its image are there, else the
/// embedded one. It says which, so that nobody takes one for the other.
public sealed interface KafkaUnderTest extends AutoCloseable {
    DockerImageName IMAGE = DockerImageName.parse("apache/kafka:4.1.1");

    /// What clients are given as `bootstrap.servers`.
    String bootstrap();

    @Override
    void close();

    /// The container if it can run here, else the embedded broker; says loudly which.
    static KafkaUnderTest start() {
        if (inContainer()) {
            return InContainer.start();
        }
        System.out.println("==== NO DOCKER ENGINE WITH " + IMAGE.asCanonicalNameString()
                + " HERE: .ci/provision-docker gets one ====");
        return Embedded.start();
    }

    /// Both where a container can run, else the embedded one alone: for suites that must hold on either.
    static Stream<Kind> kinds() {
        return inContainer() ? Stream.of(Kind.CONTAINER, Kind.EMBEDDED) : Stream.of(Kind.EMBEDDED);
    }

    /// Whether an engine answers and has the image; it is never pulled.
    private static boolean inContainer() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            return false;
        }
        var images = DockerClientFactory.lazyClient()
                .listImagesCmd()
                .withReferenceFilter(IMAGE.asCanonicalNameString())
                .exec();
        return !images.isEmpty();
    }

    /// Which of the two.
    enum Kind {
        CONTAINER,
        EMBEDDED;

        public KafkaUnderTest start() {
            return switch (this) {
                case CONTAINER -> InContainer.start();
                case EMBEDDED -> Embedded.start();
            };
        }
    }

    /// Testcontainers' broker.
    record InContainer(KafkaContainer container) implements KafkaUnderTest {
        private static KafkaUnderTest start() {
            System.out.println("==== KAFKA UNDER TEST: container " + IMAGE.asCanonicalNameString() + " ====");
            var container = new KafkaContainer(IMAGE);
            container.start();
            return new InContainer(container);
        }

        @Override
        public String bootstrap() {
            return container.getBootstrapServers();
        }

        @Override
        public void close() {
            container.stop();
        }
    }

    /// Our own broker, in this process.
    record Embedded(EmbeddedBroker broker, Path dir) implements KafkaUnderTest {
        private static KafkaUnderTest start() {
            System.out.println("==== KAFKA UNDER TEST: embedded ====");
            try {
                Path dir = Files.createTempDirectory("lifeboat-kafka");
                return new Embedded(EmbeddedBroker.start(dir, 0), dir);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String bootstrap() {
            return broker.bootstrap();
        }

        @Override
        public void close() {
            broker.close();
            FileUtils.deleteQuietly(dir.toFile());
        }
    }
}
