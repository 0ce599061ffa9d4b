package dev.lifeboat.edge.kafka;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler;
import org.jspecify.annotations.Nullable;

/// Where Kafka is and how it is spoken to: every client is made of this, so that none forgets who it is.
public final class Brokers {
    private static final Pattern ADDRESSES = Pattern.compile("[^\\s,:]+:[0-9]{1,5}(,[^\\s,:]+:[0-9]{1,5})*");

    private static final String PEM = "PEM";

    /// A certificate is 2 KB, and an authority's file may have hundreds.
    private static final long LARGEST_FILE = 4L << 20;

    /// Kafka's clients ask no token endpoint that is not named here (KIP-1139).
    private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    private final String addresses;
    private final @Nullable KafkaSettings settings;

    private Brokers(String addresses, @Nullable KafkaSettings settings) {
        if (!ADDRESSES.matcher(addresses).matches()) {
            throw new IllegalArgumentException(
                    "Kafka's address is HOST:PORT, or several with commas between them, not '" + addresses + "'");
        }
        this.addresses = addresses;
        this.settings = settings;
    }

    /// Without any security: the broker of the demo, and of tests.
    ///
    /// @param addresses `bootstrap.servers`
    public static Brokers plain(String addresses) {
        return new Brokers(addresses, null);
    }

    /// @param addresses `bootstrap.servers`
    /// @throws IllegalArgumentException when an address, a setting or a file is a mistake, saying which
    public static Brokers of(String addresses, KafkaSettings settings) {
        var brokers = new Brokers(addresses, settings);
        var _ = brokers.config(Map.of());
        return brokers;
    }

    /// For whom can do nothing without Kafka; a node's roles wait for it instead.
    ///
    /// @throws IllegalArgumentException when no broker's name has an address
    public void checkNames() {
        boolean known = Stream.of(addresses.split(",", -1))
                .map(broker -> broker.substring(0, broker.lastIndexOf(':')))
                .anyMatch(host -> !new InetSocketAddress(host, 0).isUnresolved());
        if (!known) {
            throw new IllegalArgumentException("Kafka's address " + addresses
                    + " has no name that this machine can look up; is it right, and does its DNS answer?");
        }
    }

    /// What a client is made with; files are read each time, for they change.
    ///
    /// @param own the client's own settings
    /// @throws IllegalArgumentException when a setting or a file is a mistake, saying which
    public Map<String, Object> config(Map<String, ?> own) {
        Map<String, Object> config = new HashMap<>(own);
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, addresses);
        if (settings != null) {
            config.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, settings.protocol().name);
            addTrust(settings, config);
            addIdentity(settings, config);
        }
        return config;
    }

    private static boolean encrypted(KafkaSettings settings) {
        return settings.protocol() == SecurityProtocol.SSL || settings.protocol() == SecurityProtocol.SASL_SSL;
    }

    private static void addTrust(KafkaSettings settings, Map<String, Object> config) {
        if (settings.certificate().isPresent() != settings.key().isPresent()) {
            throw new IllegalArgumentException("a certificate for Kafka needs its key, and a key its certificate: set"
                    + " lifeboat.kafka.certificate and lifeboat.kafka.key");
        }
        boolean given = settings.authority().isPresent() || settings.key().isPresent();
        if (given && !encrypted(settings)) {
            throw new IllegalArgumentException("there are certificates for Kafka, and lifeboat.kafka.protocol is "
                    + settings.protocol() + ", which has none: set it to SSL or SASL_SSL");
        }
        settings.authority().ifPresent(file -> {
            config.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, PEM);
            config.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, read(file, "lifeboat.kafka.authority"));
        });
        settings.certificate().ifPresent(file -> {
            config.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, PEM);
            config.put(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, read(file, "lifeboat.kafka.certificate"));
        });
        settings.key()
                .ifPresent(file -> config.put(SslConfigs.SSL_KEYSTORE_KEY_CONFIG, read(file, "lifeboat.kafka.key")));
    }

    private static void addIdentity(KafkaSettings settings, Map<String, Object> config) {
        KafkaSettings.Sasl sasl = settings.sasl();
        boolean wanted = settings.protocol() == SecurityProtocol.SASL_PLAINTEXT
                || settings.protocol() == SecurityProtocol.SASL_SSL;
        if (wanted != sasl.mechanism().isPresent() || wanted != sasl.jaasFile().isPresent()) {
            throw new IllegalArgumentException(
                    "lifeboat.kafka.protocol is " + settings.protocol() + ", and with SASL go"
                            + " lifeboat.kafka.sasl.mechanism and lifeboat.kafka.sasl.jaas-file, neither without the other two");
        }
        if (!wanted) {
            return;
        }
        KafkaSettings.Mechanism mechanism = sasl.mechanism().orElseThrow();
        if (mechanism.tells() && !encrypted(settings)) {
            throw new IllegalArgumentException(mechanism.spelled() + " would send its secret for everybody to read: set"
                    + " lifeboat.kafka.protocol to SASL_SSL");
        }
        config.put(SaslConfigs.SASL_MECHANISM, mechanism.spelled());
        config.put(SaslConfigs.SASL_JAAS_CONFIG, read(sasl.jaasFile().orElseThrow(), "lifeboat.kafka.sasl.jaas-file"));
        if (mechanism == KafkaSettings.Mechanism.OAUTHBEARER) {
            addTokens(sasl, config);
        }
    }

    private static void addTokens(KafkaSettings.Sasl sasl, Map<String, Object> config) {
        String endpoint = sasl.tokenEndpoint()
                .orElseThrow(() -> new IllegalArgumentException(
                        "OAUTHBEARER gets its tokens somewhere: set lifeboat.kafka.sasl.token-endpoint"))
                .toString();
        System.setProperty(ALLOWED_URLS, endpoint);
        config.put(SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL, endpoint);
        config.put(SaslConfigs.SASL_LOGIN_CALLBACK_HANDLER_CLASS, OAuthBearerLoginCallbackHandler.class.getName());
    }

    private static Password read(Path file, String setting) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new IllegalArgumentException(setting + " names " + file + ", which is larger than 4 MiB");
            }
            String text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw new IllegalArgumentException(setting + " names " + file + ", which is empty");
            }
            return new Password(text);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    setting + " names " + file + ", which cannot be read: " + unreadable, unreadable);
        }
    }

    /// What a failure means and what to do about it, for people; no stack of wrappers.
    public String why(Throwable failure) {
        Throwable last = failure;
        for (Throwable each = failure; each != null; each = each.getCause()) {
            last = each;
            Optional<String> advice = advice(each);
            if (advice.isPresent()) {
                return "Kafka at " + addresses + advice.get() + " (" + each.getMessage() + ")";
            }
        }
        String protocol = settings == null ? "" : ", does it speak " + settings.protocol() + " there";
        return "Kafka at " + addresses + " does not answer: is it running" + protocol + "? (" + last.getMessage() + ")";
    }

    private static Optional<String> advice(Throwable failure) {
        return switch (failure) {
            case SaslAuthenticationException _ ->
                Optional.of(" does not take our user or its secret: check lifeboat.kafka.sasl.mechanism, and that the"
                        + " file lifeboat.kafka.sasl.jaas-file has the password that this user has now");
            case SslAuthenticationException _ ->
                Optional.of(" and we do not trust each other's certificates: check lifeboat.kafka.authority, that the"
                        + " broker's certificate bears the name by which it is called, and lifeboat.kafka.certificate"
                        + " where it asks for ours");
            case AuthorizationException _ ->
                Optional.of(" knows us and does not let us: give this user the rights of docs/how-to/use-strimzi.md");
            default -> Optional.empty();
        };
    }

    /// The addresses.
    @Override
    public String toString() {
        return addresses;
    }
}
