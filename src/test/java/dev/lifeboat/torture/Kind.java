package dev.lifeboat.torture;

import dev.lifeboat.workload.Connections;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/// The victims; the rows of the matrix.
enum Kind {
    JVM("JVM, G1, heap of 1 GiB"),
    NUMPY("Python with numpy"),
    BOMB("C, 16 threads, forking"),
    REDIS("redis-server"),
    POSTGRES("PostgreSQL"),
    NGINX("nginx"),
    REDIS_KEPT("redis-server, its client's connection kept"),
    REDIS_CLOSED("redis-server, its client's connection closed"),
    POSTGRES_KEPT("PostgreSQL, pgbench's connections kept"),
    POSTGRES_CLOSED("PostgreSQL, pgbench's connections closed");

    private final String title;

    Kind(String title) {
        this.title = title;
    }

    /// As the table calls it.
    String title() {
        return title;
    }

    /// What becomes of connections is no matter of how the pages travel.
    Set<Way> ways() {
        return switch (this) {
            case JVM, NUMPY, BOMB, REDIS, POSTGRES, NGINX -> EnumSet.allOf(Way.class);
            case REDIS_KEPT, REDIS_CLOSED, POSTGRES_KEPT, POSTGRES_CLOSED -> EnumSet.of(Way.FULL);
        };
    }

    /// What victims are made of.
    ///
    /// @param bomb bomb.c, compiled
    record Tools(DebianTree debian, Path bomb) {}

    /// @param volume a folder that does not travel
    Victim make(Tools tools, Path volume) throws IOException {
        DebianTree debian = tools.debian;
        return switch (this) {
            case JVM -> new SelfChecking.Jvm();
            case NUMPY -> new SelfChecking.Numpy(debian);
            case BOMB -> new SelfChecking.Bomb(tools.bomb);
            case REDIS -> new Redis(debian, freePort(), Connections.REFUSE);
            case REDIS_KEPT -> new Redis(debian, freePort(), Connections.KEEP);
            case REDIS_CLOSED -> new Redis(debian, freePort(), Connections.CLOSE);
            case POSTGRES -> new Postgres(debian, volume, freePort(), Connections.REFUSE);
            case POSTGRES_KEPT -> new Postgres(debian, volume, freePort(), Connections.KEEP);
            case POSTGRES_CLOSED -> new Postgres(debian, volume, freePort(), Connections.CLOSE);
            case NGINX -> new Nginx(debian, volume, freePort());
        };
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
