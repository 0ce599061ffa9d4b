package dev.lifeboat.edge.linux;

import java.io.IOException;

/// A system call said no; the message names the call, what it was about, and errno's text.
public final class SystemCallFailed extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    SystemCallFailed(String call, String about, int errno) {
        super(call + "(" + about + "): " + Libc.strerror(errno) + " (errno " + errno + ")");
        this.errno = errno;
    }

    /// As in errno(3).
    public int errno() {
        return errno;
    }
}
