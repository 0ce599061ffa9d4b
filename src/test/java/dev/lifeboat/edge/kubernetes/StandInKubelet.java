package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Keytool;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Answers in a kubelet's place, with a certificate of its node: what real ones answered, and what
/// a broken one might.
public final class StandInKubelet implements AutoCloseable {
    /// The node that its certificate names.
    public static final String NODE = "node-a";

    private static final String PASSWORD = "of-a-test";

    private final Path folder;
    private final ServerSocket door;
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final List<Socket> open = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile Behaviour behaviour = (_, _) -> {};

    private StandInKubelet(Path folder, ServerSocket door) {
        this.folder = folder;
        this.door = door;
    }

    /// What it does with a request.
    @FunctionalInterface
    public interface Behaviour {
        /// @param request its first line
        void answer(String request, OutputStream to) throws IOException, InterruptedException;
    }

    /// Speaks TLS.
    ///
    /// @param folder for its certificate and a token
    public static StandInKubelet start(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("kubelet.p12");
        Keytool.run(
                "kubelet",
                PASSWORD,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=kubelet",
                "-ext",
                "san=dns:" + NODE,
                "-keystore",
                store);
        Keytool.run(
                "kubelet", PASSWORD, "-exportcert", "-rfc", "-keystore", store, "-file", folder.resolve("kubelet.crt"));
        var keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream(store.toFile())) {
            keys.load(in, PASSWORD.toCharArray());
        }
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        Files.writeString(folder.resolve("token"), "t0ken\n");
        var kubelet = new StandInKubelet(
                folder, context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().start(kubelet::serve);
        return kubelet;
    }

    /// From now on.
    public void behaves(Behaviour next) {
        behaviour = next;
    }

    public static void say(OutputStream to, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        to.write(("HTTP/1.1 " + status + " X\r\nContent-Length: " + bytes.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        to.write(bytes);
        to.flush();
    }

    /// Until it is closed.
    public void waitForEver() throws InterruptedException {
        end.await();
    }

    /// The next request's first line; gives up after two minutes.
    public String asked() throws InterruptedException {
        String line = asked.poll(2, TimeUnit.MINUTES);
        assertThat(line).as("nobody asked").isNotNull();
        return line;
    }

    /// Of which nobody has asked yet.
    public int unread() {
        return asked.size();
    }

    public Kubelet client() throws IOException {
        return client(NODE, URI.create("https://127.0.0.1:" + door.getLocalPort()));
    }

    Kubelet client(String node, URI address) throws IOException {
        return new Kubelet(address, node, folder.resolve("kubelet.crt"), folder.resolve("token"));
    }

    URI address() {
        return URI.create("https://127.0.0.1:" + door.getLocalPort());
    }

    private void serve() {
        while (!door.isClosed()) {
            try {
                Socket caller = door.accept();
                synchronized (open) {
                    open.add(caller);
                }
                Thread.ofVirtual().start(() -> serve(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket caller) {
        try (caller) {
            var in = new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.US_ASCII));
            String first = in.readLine();
            while (first != null) {
                String line = in.readLine();
                while (line != null && !line.isEmpty()) {
                    line = in.readLine();
                }
                asked.add(first);
                behaviour.answer(first, caller.getOutputStream());
                first = in.readLine();
            }
        } catch (IOException _) {
            // Who asked has gone.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
        try {
            door.close();
            synchronized (open) {
                for (Socket each : open) {
                    each.close();
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
