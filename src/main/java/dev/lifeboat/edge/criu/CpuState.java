package dev.lifeboat.edge.criu;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// How much of the processor's state CRIU saves: the part of `cpuinfo.img` (images/cpuinfo.proto, `cpuinfo_x86_entry`)
/// that no other place shows. All zero on processors other than x86.
///
/// @param xstateMask components that XSAVE keeps (field 8)
/// @param xsaveSize bytes that the enabled components take (field 9)
/// @param xsaveSizeMax bytes that all components would take (field 10)
public record CpuState(long xstateMask, int xsaveSize, int xsaveSizeMax) {
    public static final CpuState NONE = new CpuState(0, 0, 0);

    private static final String FILE = "cpuinfo.img";

    /// Two magic words and the message's length.
    private static final int HEADER_BYTES = 12;

    private static final int X86 = 1;

    /// It looks and writes a file.
    private static final int ANSWERS_WITHIN_SECONDS = 10;

    /// This machine's image, asked for when it is needed.
    @FunctionalInterface
    interface Own {
        byte[] image() throws IOException, InterruptedException;
    }

    /// Asks CRIU what this machine's processor is. On arm64 it refuses.
    ///
    /// @param folder empty
    /// @return the image
    static byte[] ask(Path criu, Path folder) throws IOException, InterruptedException {
        var process = new ProcessBuilder(criu.toString(), "cpuinfo", "dump", "-D", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("cpuinfo.log").toFile())
                .start();
        boolean ended = process.waitFor(ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS);
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(criu + " cpuinfo dump failed: "
                    + Files.readString(folder.resolve("cpuinfo.log")).strip());
        }
        return Files.readAllBytes(folder.resolve(FILE));
    }

    /// Asks CRIU whether this machine's processor will do for a tree that was dumped on another, as it would ask itself
    /// in the middle of the restore.
    ///
    /// @param metadata what was dumped; one without a word on its processor fits, as all of arm64 are
    /// @param folder empty
    /// @return why not
    static Optional<String> lack(Path criu, Path metadata, Own own, Path folder)
            throws IOException, InterruptedException {
        Path dumped = metadata.resolve(FILE);
        if (!Files.exists(dumped) || Arrays.equals(Files.readAllBytes(dumped), own.image())) {
            return Optional.empty();
        }
        Path log = folder.resolve("cpuinfo.log");
        var process = new ProcessBuilder(criu.toString(), "cpuinfo", "check", "-D", metadata.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(criu + " cpuinfo check did not answer");
        }
        return process.exitValue() == 0
                ? Optional.empty()
                : Optional.of(Files.readString(log).strip());
    }

    /// @param file an image
    static CpuState read(byte[] file) throws IOException {
        var in = CodedInputStream.newInstance(file, HEADER_BYTES, Math.max(0, file.length - HEADER_BYTES));
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == X86) {
                in.pushLimit(in.readRawVarint32());
                return x86(in);
            }
            in.skipField(tag);
        }
        return NONE;
    }

    private static CpuState x86(CodedInputStream in) throws IOException {
        long mask = 0;
        int size = 0;
        int max = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 8 -> mask = in.readUInt64();
                case 9 -> size = in.readUInt32();
                case 10 -> max = in.readUInt32();
                default -> in.skipField(tag);
            }
        }
        return new CpuState(mask, size, max);
    }
}
