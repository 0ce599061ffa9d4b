package dev.lifeboat.edge.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A key and a certificate that nobody vouches for: a kubelet's probes believe any
/// (<https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/>, "skips the certificate
/// verification"). In memory alone, made anew by each process. The JDK makes keys, but no certificates: this one is put
/// together as X.690 and RFC 5280 say, from the fewest parts that make one.
final class SelfSigned {
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int TEXT = 0x0C;
    private static final int TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int VERSION = 0xA0;
    private static final byte[] VERSION_3 = {2};

    /// 2.5.4.3, commonName.
    private static final byte[] COMMON_NAME = HexFormat.of().parseHex("0603550403");

    /// 1.2.840.10045.4.3.2, ecdsa-with-SHA256.
    private static final byte[] ALGORITHM = der(SEQUENCE, HexFormat.of().parseHex("06082a8648ce3d040302"));

    private static final int SHORT_FORM = 0x80;
    private static final int ONE_BYTE = 0x81;
    private static final int TWO_BYTES = 0x82;

    private SelfSigned() {}

    /// A server's side of TLS.
    static SSLContext context() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            char[] none = new char[0];
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, none);
            store.setKeyEntry("probe", keys.getPrivate(), none, new Certificate[] {certificate(keys)});
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, none);
            var context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("this Java knows no elliptic curves, or no PKCS #12", impossible);
        }
    }

    private static Certificate certificate(KeyPair keys) throws GeneralSecurityException {
        byte[] name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(TEXT, ascii("lifeboat")))));
        byte[] facts = der(
                SEQUENCE,
                der(VERSION, der(INTEGER, VERSION_3)),
                der(INTEGER, BigInteger.ONE.toByteArray()),
                ALGORITHM,
                name,
                der(SEQUENCE, der(TIME, ascii("200101000000Z")), der(TIME, ascii("491231235959Z"))),
                name,
                keys.getPublic().getEncoded());
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(facts);
        byte[] whole = der(SEQUENCE, facts, ALGORITHM, der(BIT_STRING, new byte[1], signature.sign()));
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Tag, length, content; up to 64 KiB.
    private static byte[] der(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        var out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length >= 1 << Byte.SIZE) {
            out.write(TWO_BYTES);
            out.write(length >> Byte.SIZE);
        } else if (length >= SHORT_FORM) {
            out.write(ONE_BYTE);
        }
        out.write(length);
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
