package dev.lifeboat.edge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.lifeboat.Drawn;
import dev.lifeboat.Keytool;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/// A real broker whose second door asks for TLS and SCRAM-SHA-512, with a certificate of its own making.
public final class GuardedKafka implements AutoCloseable {
    public static final String USER = "lifeboat";
    public static final String PASSWORD = "correct-horse";
    private static final String STORE_PASSWORD = "of-a-test";

    private final EmbeddedBroker broker;
    private final String address;
    private final Path authority;

    private GuardedKafka(EmbeddedBroker broker, String address, Path authority) {
        this.broker = broker;
        this.address = address;
        this.authority = authority;
    }

    public static GuardedKafka start(Path folder) throws IOException, InterruptedException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        Path store = folder.resolve("broker.p12");
        Keytool.run(
                "broker",
                STORE_PASSWORD,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=broker",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                store);
        Path authority = folder.resolve("ca.crt");
        Keytool.run("broker", STORE_PASSWORD, "-exportcert", "-rfc", "-keystore", store, "-file", authority);
        String address = "127.0.0.1:" + EmbeddedBroker.freePort(loopback);
        var guarded = new EmbeddedBroker.Guarded(
                address,
                "SASL_SSL",
                Map.of(
                        "ssl.keystore.location", store.toString(),
                        "ssl.keystore.type", "PKCS12",
                        "ssl.keystore.password", STORE_PASSWORD,
                        "sasl.enabled.mechanisms", "SCRAM-SHA-512",
                        "authorizer.class.name", StandardAuthorizer.class.getName(),
                        // The broker itself, by its open door.
                        "super.users", "User:ANONYMOUS",
                        "listener.name.guarded.scram-sha-512.sasl.jaas.config",
                                "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
                List.of("SCRAM-SHA-512=[name=" + USER + ",password=" + PASSWORD + "]"));
        var broker = EmbeddedBroker.start(folder.resolve("log"), loopback, 0, guarded);
        var kafka = new GuardedKafka(broker, address, authority);
        kafka.allow();
        return kafka;
    }

    public void allow() throws IOException, InterruptedException {
        settle(admin -> admin.createAcls(rights()).all());
    }

    /// As who changes rights by mistake.
    void forbid() throws IOException, InterruptedException {
        settle(admin -> admin.deleteAcls(List.of(AclBindingFilter.ANY)).all());
    }

    /// As who gives the user fewer rights than the example does.
    void forbid(AclOperation operation) throws IOException, InterruptedException {
        var one = new AclBindingFilter(
                ResourcePatternFilter.ANY, new AccessControlEntryFilter(null, null, operation, AclPermissionType.ANY));
        settle(admin -> admin.deleteAcls(List.of(one)).all());
    }

    private void settle(Asked asked) throws IOException, InterruptedException {
        try (var admin = Admin.create(open().config(Map.of()))) {
            asked.of(admin).get(2, TimeUnit.MINUTES);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the user's rights", e);
        }
    }

    private interface Asked {
        KafkaFuture<?> of(Admin admin) throws IOException;
    }

    /// The door with one, for the user who has the password.
    ///
    /// @param jaas where the password is kept
    Brokers guarded(Path jaas) throws IOException {
        return Brokers.of(
                address,
                BrokersTest.settings(Map.of(
                        "lifeboat.kafka.protocol",
                        "SASL_SSL",
                        "lifeboat.kafka.authority",
                        authority.toString(),
                        "lifeboat.kafka.sasl.mechanism",
                        "SCRAM_SHA_512",
                        "lifeboat.kafka.sasl.jaas-file",
                        jaas(jaas, PASSWORD).toString())));
    }

    /// The door without a guard.
    Brokers open() {
        return Brokers.plain(broker.bootstrap());
    }

    /// Those of the Strimzi example, and no others.
    private static List<AclBinding> rights() throws IOException {
        JsonNode user = new YAMLMapper()
                .readTree(Drawn.top().resolve("docs/examples/strimzi/user.yaml").toFile());
        var rights = new ArrayList<AclBinding>();
        for (JsonNode acl : user.at("/spec/authorization/acls")) {
            JsonNode resource = acl.path("resource");
            String pattern = resource.path("patternType").asText("literal");
            var on = new ResourcePattern(
                    ResourceType.fromString(
                            resource.path("type").asText().replace("transactionalId", "transactional_id")),
                    resource.path("name").asText(),
                    pattern.equals("prefix") ? PatternType.PREFIXED : PatternType.LITERAL);
            for (JsonNode operation : acl.path("operations")) {
                rights.add(new AclBinding(
                        on,
                        new AccessControlEntry(
                                "User:" + USER,
                                "*",
                                AclOperation.fromString(operation.asText()),
                                AclPermissionType.ALLOW)));
            }
        }
        return rights;
    }

    public String address() {
        return address;
    }

    /// What has signed the broker's certificate.
    public Path authority() {
        return authority;
    }

    /// A file as Strimzi's Secret has it.
    public static Path jaas(Path file, String password) throws IOException {
        return Files.writeString(
                file,
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + USER + "\" password=\""
                        + password + "\";");
    }

    @Override
    public void close() {
        broker.close();
    }
}
