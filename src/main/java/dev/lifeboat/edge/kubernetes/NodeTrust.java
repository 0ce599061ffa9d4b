package dev.lifeboat.edge.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/// Trusts a certificate that one authority has signed for one node's name, whatever the address it
/// is met at: a kubelet's certificate bears the node's name, seldom its address.
final class NodeTrust extends X509ExtendedTrustManager {
    /// RFC 5280, GeneralName: dNSName.
    private static final Integer DNS = 2;

    private final X509TrustManager chains;
    private final String node;

    private NodeTrust(X509TrustManager chains, String node) {
        this.chains = chains;
        this.node = node;
    }

    /// @param authority one or more certificates, PEM
    static SSLContext context(Path authority, String node) throws IOException {
        try (InputStream pem = Files.newInputStream(authority)) {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (certificates.isEmpty()) {
                throw new IOException(authority + " holds no certificate");
            }
            int number = 0;
            for (Certificate certificate : certificates) {
                anchors.setCertificateEntry(Integer.toString(number), certificate);
                number++;
            }
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new NodeTrust(chains(anchors), node)}, null);
            return context;
        } catch (GeneralSecurityException unreadable) {
            throw new IOException(
                    authority + " cannot be read as certificates: " + unreadable.getMessage(), unreadable);
        }
    }

    private static X509TrustManager chains(KeyStore anchors) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(anchors);
        for (TrustManager each : factory.getTrustManagers()) {
            if (each instanceof X509TrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("this JDK checks no X.509 certificates");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        chains.checkServerTrusted(chain, type);
        Collection<List<?>> names =
                Optional.ofNullable(chain[0].getSubjectAlternativeNames()).orElse(List.of());
        boolean bears = names.stream().anyMatch(name -> DNS.equals(name.getFirst()) && node.equals(name.get(1)));
        if (!bears) {
            throw new CertificateException("the certificate is for " + names + ", not for node " + node);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("nobody is served here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chains.getAcceptedIssuers();
    }
}
