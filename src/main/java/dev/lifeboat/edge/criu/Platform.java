package dev.lifeboat.edge.criu;

import dev.lifeboat.checkpoint.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What of this machine decides whether a CRIU can work for us at all, from the kernel's auxiliary
/// vector, getauxval(3).
///
/// @param pageBytes of the kernel; arm64's may have 16 or 64 KiB
/// @param signsPointers it has keys with which programs sign return addresses (arm64, PAC)
record Platform(long pageBytes, boolean signsPointers) {
    /// The first whose restorer is built without signatures: with them it cannot go on once it has
    /// brought the program's own keys back, and hangs (criu#2712).
    static final CriuVersion UNSIGNED_RESTORER = new CriuVersion(4, 2, 0);

    private static final Path VECTOR = Path.of("/proc/self/auxv");

    // elf.h, AT_PAGESZ and AT_HWCAP; asm/hwcap.h of arm64, HWCAP_PACA.
    private static final long PAGE_SIZE = 6;
    private static final long CAPABILITIES = 16;
    private static final long POINTER_KEYS = 1 << 30;

    static Platform here() throws IOException {
        return of(Files.readAllBytes(VECTOR), System.getProperty("os.arch").equals("aarch64"));
    }

    /// @param vector pairs of a type and a value
    static Platform of(byte[] vector, boolean arm) {
        long page = Extent.PAGE_SIZE;
        boolean keys = false;
        var pairs = ByteBuffer.wrap(vector).order(ByteOrder.nativeOrder());
        while (pairs.remaining() >= 2 * Long.BYTES) {
            long type = pairs.getLong();
            long value = pairs.getLong();
            if (type == PAGE_SIZE) {
                page = value;
            }
            keys |= arm && type == CAPABILITIES && (value & POINTER_KEYS) != 0;
        }
        return new Platform(page, keys);
    }

    /// Why this CRIU saves nothing here that could come back, and what to do.
    Optional<String> refusal(CriuVersion criu) {
        if (pageBytes != Extent.PAGE_SIZE) {
            return Optional.of("this kernel's pages have " + pageBytes + " bytes, a checkpoint's " + Extent.PAGE_SIZE
                    + "; boot a kernel with such pages");
        }
        if (signsPointers && criu.compareTo(UNSIGNED_RESTORER) < 0) {
            return Optional.of("CRIU " + criu + " cannot restore on a processor that signs pointers (paca); at least "
                    + UNSIGNED_RESTORER
                    + " is needed: .ci/provision-criu sid, or an image with LIFEBOAT_IMAGE_SUITE=sid");
        }
        return Optional.empty();
    }
}
