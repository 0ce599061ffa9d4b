package dev.lifeboat.edge.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.Provided;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Between two networks of this test's own with a wire between them: a node's and a pod's.
final class DetourTest {
    private static final int PORT = 8080;
    private static final int MARK = 0xC114;
    private static final InetAddress NODE = InetAddress.ofLiteral("10.99.0.1");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("10.99.0.3");
    private static final InetAddress POD = InetAddress.ofLiteral("10.99.0.2");

    @SuppressWarnings("NullAway.Init") // set before each test
    private Process node;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Process pod;

    @BeforeEach
    void wire() throws Exception {
        Provided.root();
        node = network();
        pod = network();
        run(node, "ip link add eth0 type veth peer name eth0 netns " + pod.pid());
        run(node, "ip address add 10.99.0.1/24 dev eth0; ip address add 10.99.0.3/24 dev eth0; ip link set eth0 up");
        run(pod, "ip address add 10.99.0.2/24 dev eth0; ip link set eth0 up; ip link set lo up");
    }

    @AfterEach
    void unwire() {
        node.destroyForcibly();
        pod.destroyForcibly();
    }

    @Test
    void onlyNewConnectionsFromOneAddressAreLedAndOnlyWhileItIsOpen() throws Exception {
        try (var app = listener(PORT);
                var standIn = listener(0)) {
            assertThat(reached(NODE, app, standIn)).isEqualTo("app");
            try (var _ = detour(standIn)) {
                assertThat(reached(NODE, app, standIn)).isEqualTo("stand-in");
                assertThat(reached(ELSEWHERE, app, standIn)).isEqualTo("app");
            }
            assertThat(reached(NODE, app, standIn)).isEqualTo("app");
        }
    }

    /// As CRIU closes a network while it looks at it.
    @Test
    void itGoesThroughAFirewallThatLetsItsMarkThrough() throws Exception {
        try (var app = listener(PORT);
                var standIn = listener(0)) {
            run(pod, """
                    iptables -A INPUT -m mark ! --mark 0xC114 -j DROP
                    iptables -A OUTPUT -m mark ! --mark 0xC114 -j DROP
                    """);

            try (var _ = detour(standIn)) {
                assertThat(reached(NODE, app, standIn)).isEqualTo("stand-in");
            }
        }
    }

    @Test
    void aRefusalIsToldAndLeadsNothing() throws Exception {
        try (var app = listener(PORT);
                var standIn = listener(0);
                var _ = detour(app)) {
            assertThatThrownBy(() -> detour(standIn))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nf_tables");

            assertThat(reached(NODE, app, standIn)).isEqualTo("app");
        }
    }

    private Detour detour(ServerSocket to) throws Exception {
        var leads = List.of(new Detour.Lead(NODE, PORT, to.getLocalPort()));
        return ForeignNetwork.inside(pod.pid(), () -> Detour.open(leads, MARK));
    }

    private ServerSocket listener(int port) throws Exception {
        return ForeignNetwork.inside(pod.pid(), () -> new ServerSocket(port));
    }

    private String reached(InetAddress from, ServerSocket app, ServerSocket standIn) throws Exception {
        return ForeignNetwork.inside(node.pid(), () -> {
            try (var socket = new Socket()) {
                socket.bind(new InetSocketAddress(from, 0));
                socket.connect(new InetSocketAddress(POD, PORT), (int) TimeUnit.MINUTES.toMillis(1));
                int port = socket.getLocalPort();
                app.setSoTimeout(1);
                standIn.setSoTimeout(1);
                if (accepts(app, port)) {
                    return "app";
                }
                return accepts(standIn, port) ? "stand-in" : "nobody";
            }
        });
    }

    private static boolean accepts(ServerSocket listener, int port) throws IOException {
        try (var accepted = listener.accept()) {
            return accepted.getPort() == port;
        } catch (SocketTimeoutException nobody) {
            return false;
        }
    }

    private static Process network() throws Exception {
        Process process = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo there; exec sleep 600").start();
        assertThat(process.inputReader().readLine()).isEqualTo("there");
        return process;
    }

    private static void run(Process in, String script) throws Exception {
        Process process = new ProcessBuilder(
                        "nsenter", "--target", Long.toString(in.pid()), "--net", "--", "sh", "-ec", script)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
