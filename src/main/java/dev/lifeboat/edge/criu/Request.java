package dev.lifeboat.edge.criu;

import com.google.protobuf.CodedOutputStream;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.workload.Connections;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/// What we say to CRIU: `criu_req` of CRIU's rpc.proto, whose field numbers stand here.
sealed interface Request {
    /// @return the message, ready to be sent
    default ByteBuffer encode() {
        return ByteBuffer.wrap(message(this::writeTo));
    }

    void writeTo(CodedOutputStream out) throws IOException;

    /// Which release is it?
    record Version() implements Request {
        @Override
        public void writeTo(CodedOutputStream out) throws IOException {
            out.writeEnum(1, Response.VERSION);
        }
    }

    /// Can the kernel track dirty memory, and can pages come after the resume?
    record FeatureCheck() implements Request {
        @Override
        public void writeTo(CodedOutputStream out) throws IOException {
            out.writeEnum(1, Response.FEATURE_CHECK);
            out.writeByteArray(5, message(features -> {
                features.writeBool(1, true);
                features.writeBool(2, true);
            }));
        }
    }

    /// Dump a tree, its pages to the inherited page socket, asking back at every step.
    ///
    /// @param around what a container's runtime has put around it
    record Dump(Source source, CriuWorker worker, Optional<Surroundings> around) implements Request {
        @Override
        public void writeTo(CodedOutputStream out) throws IOException {
            out.writeEnum(1, Response.DUMP);
            out.writeByteArray(2, message(options -> {
                writeFolders(options, worker, around.isPresent() ? SOFT_CGROUPS : IGNORE_CGROUPS);
                if (around.isPresent()) {
                    writeSurroundings(options, around.get());
                }
                writeSource(options, source);
                writeConnections(options, source.connections());
                options.writeBool(12, true);
                options.writeUInt32(20, FPU_AND_INSTRUCTIONS);
            }));
        }
    }

    /// Copy a tree's memory to the inherited page socket, let it go on, and remember from now on what
    /// it writes.
    record PreDump(Source source, CriuWorker worker) implements Request {
        @Override
        public void writeTo(CodedOutputStream out) throws IOException {
            out.writeEnum(1, Response.SINGLE_PRE_DUMP);
            out.writeByteArray(2, message(options -> {
                writeFolders(options, worker, IGNORE_CGROUPS);
                writeSource(options, source);
                options.writeBool(TRACK_MEMORY, true);
            }));
        }
    }

    /// Restore the tree that the images folder holds, asking back at every step.
    record Restore(CriuWorker worker, Terms terms) implements Request {
        @Override
        public void writeTo(CodedOutputStream out) throws IOException {
            out.writeEnum(1, Response.RESTORE);
            out.writeByteArray(2, message(options -> {
                writeFolders(options, worker, IGNORE_CGROUPS);
                writeConnections(options, terms.connections());
                options.writeBool(12, true);
                if (terms.when() == Pages.ON_DEMAND) {
                    options.writeBool(48, true);
                }
            }));
        }
    }

    /// @param connections as the dump was told
    record Terms(Pages when, Connections connections) {}

    /// When a restored tree's pages come.
    enum Pages {
        BEFORE_IT_RUNS,
        /// Of a lazy-pages daemon that waits in the same work folder.
        ON_DEMAND
    }

    /// Go on.
    record Agreed() implements Request {
        @Override
        public void writeTo(CodedOutputStream out) throws IOException {
            out.writeEnum(1, Response.NOTIFY);
            out.writeBool(3, true);
        }
    }

    /// Roll back.
    record Objected() implements Request {
        @Override
        public void writeTo(CodedOutputStream out) throws IOException {
            out.writeEnum(1, Response.NOTIFY);
            out.writeBool(3, false);
        }
    }

    /// Warnings and errors: at more CRIU writes hundreds of KiB while the tree is frozen.
    int LOG_LEVEL = 2;

    String LOG_FILE = "criu.log";

    /// Cgroups are the container runtime's business: a plain process comes back in the agent's own.
    int IGNORE_CGROUPS = 0;

    /// A container's are noted down; its runtime makes them again.
    int SOFT_CGROUPS = 3;

    /// CPU_CAP_FPU and CPU_CAP_INS of criu/include/cr_options.h. Said over RPC, the processor's description is dumped,
    /// too: see [CpuState].
    int FPU_AND_INSTRUCTIONS = 5;

    /// clone(2) CLONE_NEWNET: a container's network is its runtime's to make, not CRIU's to copy.
    int NETWORK_NAMESPACE = 0x40000000;

    private static void writeFolders(CodedOutputStream options, CriuWorker worker, int cgroups) throws IOException {
        options.writeInt32(1, worker.imagesDescriptor());
        options.writeInt32(9, LOG_LEVEL);
        options.writeString(10, LOG_FILE);
        options.writeInt32(17, worker.workDescriptor());
        options.writeBool(8, true); // file locks are kept
        options.writeEnum(34, cgroups);
    }

    /// As runc asks it (libcontainer/criu_linux.go, Checkpoint).
    private static void writeSurroundings(CodedOutputStream options, Surroundings around) throws IOException {
        options.writeString(13, around.root().toString());
        for (String outside : around.outside()) {
            options.writeString(37, outside);
        }
        if (!around.joinsNetwork()) {
            options.writeUInt32(38, NETWORK_NAMESPACE);
        }
        if (around.freezer() != null) {
            options.writeString(44, around.freezer().toString());
        }
        options.writeBool(50, true); // a terminal's master may be the runtime's
    }

    /// criu_network_lock_method: one table for all connections at once, where iptables runs twice for each.
    int LOCK_BY_NFTABLES = 2;

    private static void writeConnections(CodedOutputStream options, Connections connections) throws IOException {
        switch (connections) {
            case REFUSE -> {}
            case CLOSE -> {
                // Nobody has accepted these yet: they are closed, too.
                options.writeBool(46, true);
                options.writeBool(52, true);
            }
            case KEEP -> {
                options.writeBool(5, true);
                options.writeEnum(64, LOCK_BY_NFTABLES);
            }
        }
    }

    int TRACK_MEMORY = 15;

    /// What CRIU leaves in the images folder when there is a parent: CR_PARENT_LINK.
    String PARENT_LINK = "parent";

    private static void writeSource(CodedOutputStream options, Source source) throws IOException {
        options.writeInt32(2, Math.toIntExact(source.pid()));
        options.writeByteArray(11, message(pages -> pages.writeInt32(4, CriuWorker.PAGES_DESCRIPTOR)));
        Path parent = source.parent();
        if (parent != null) {
            // CRIU looks for it from the images folder on, and warns of whole paths.
            Path images = source.metadata().toRealPath();
            options.writeString(14, images.relativize(parent.toRealPath()).toString());
            options.writeBool(TRACK_MEMORY, true);
        }
    }

    static byte[] message(Content content) {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        try {
            content.writeTo(out);
            out.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /// Fields of one message.
    @FunctionalInterface
    interface Content {
        void writeTo(CodedOutputStream out) throws IOException;
    }
}
