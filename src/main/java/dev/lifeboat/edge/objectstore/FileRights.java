package dev.lifeboat.edge.objectstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/// Whose a file is, and who may do what with it: CRIU refuses a file that a process has open and whose mode has changed
/// (criu/files-reg.c, validate_file).
///
/// @param mode permission bits with set-uid, set-gid and sticky, as chmod(2) takes them
record FileRights(int mode, int owner, int group) {
    private static final int PERMISSIONS = 0xFFF;

    FileRights {
        if (mode < 0 || mode > PERMISSIONS) {
            throw new IllegalArgumentException("no permissions: " + mode);
        }
    }

    static FileRights of(Path file) throws IOException {
        Map<String, Object> seen = Files.readAttributes(file, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
        return new FileRights(number(seen, "mode") & PERMISSIONS, number(seen, "uid"), number(seen, "gid"));
    }

    private static int number(Map<String, Object> seen, String name) {
        return ((Number) Objects.requireNonNull(seen.get(name))).intValue();
    }

    /// Its owner first, where it is another: a new one takes set-uid away.
    void giveTo(Path file) throws IOException {
        FileRights now = of(file);
        if (now.owner != owner) {
            Files.setAttribute(file, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
        }
        if (now.group != group) {
            Files.setAttribute(file, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
        }
        // chmod(2) follows links, and a regular file is none.
        Files.setAttribute(file, "unix:mode", mode);
    }
}
