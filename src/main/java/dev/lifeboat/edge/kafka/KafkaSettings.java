package dev.lifeboat.edge.kafka;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/// How every process speaks to Kafka. Secrets are in files alone: each client that is made reads them anew.
@ConfigMapping(prefix = "lifeboat.kafka")
public interface KafkaSettings {
    /// What brokers expect: `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`.
    @WithDefault("PLAINTEXT")
    SecurityProtocol protocol();

    /// Certificates, PEM, one of which has signed the brokers'; those that Java trusts when left out.
    Optional<Path> authority();

    /// Our own certificate, PEM, with those that lead to its authority, where brokers ask for one.
    Optional<Path> certificate();

    /// The certificate's key, PEM, PKCS #8 without a password.
    Optional<Path> key();

    Sasl sasl();

    /// Who we are, where the protocol is one with SASL.
    interface Sasl {
        /// `SCRAM_SHA_512`, `SCRAM_SHA_256`, `PLAIN` or `OAUTHBEARER`.
        Optional<Mechanism> mechanism();

        /// A file with one line of JAAS, as it stands in a Strimzi user's Secret under `sasl.jaas.config`.
        Optional<Path> jaasFile();

        /// Where OAUTHBEARER gets its tokens.
        Optional<URI> tokenEndpoint();
    }

    /// How we show who we are.
    enum Mechanism {
        SCRAM_SHA_512("SCRAM-SHA-512"),
        SCRAM_SHA_256("SCRAM-SHA-256"),
        PLAIN("PLAIN"),
        OAUTHBEARER("OAUTHBEARER");

        private final String name;

        Mechanism(String name) {
            this.name = name;
        }

        /// As Kafka spells it.
        String spelled() {
            return name;
        }

        /// Whether the secret itself goes to the broker.
        boolean tells() {
            return this == PLAIN || this == OAUTHBEARER;
        }
    }
}
