"""What a container may change of its root file system. `make FOLDER`: all of it, as an overlay's upper folder notes it.
`show FOLDER`: one line for each thing there, with all that must not be lost."""
import os
import stat
import sys

# linux/capability.h: version 2, effective; CAP_NET_BIND_SERVICE.
CAPABILITY = (0x02000001).to_bytes(4, "little") + (1 << 10).to_bytes(4, "little") + bytes(12)


def make(folder):
    os.chdir(folder)
    os.mknod("deleted", stat.S_IFCHR, os.makedev(0, 0))
    os.mkdir("replaced", 0o750)
    os.setxattr("replaced", "trusted.overlay.opaque", b"y")
    with open("file", "w") as file:
        file.write("content")
    os.chown("file", 1234, 4321)
    os.chmod("file", 0o4755)
    os.setxattr("file", "user.victim", b"marked")
    os.setxattr("file", "security.capability", CAPABILITY)
    os.link("file", "replaced/linked")
    os.symlink("../outside", "link")
    os.mkfifo("pipe")
    with open("holes", "w") as holes:
        holes.seek(8 << 20)
        holes.write("end")


def show(folder):
    os.chdir(folder)
    for path in sorted(os.path.join(here, name) for here, below, files in os.walk(".") for name in below + files):
        seen = os.lstat(path)
        marks = {}
        if not stat.S_ISLNK(seen.st_mode):
            marks = {name: os.getxattr(path, name) for name in sorted(os.listxattr(path))}
        size = 0 if stat.S_ISDIR(seen.st_mode) else seen.st_size
        sparse = seen.st_blocks * 512 < size
        target = os.readlink(path) if stat.S_ISLNK(seen.st_mode) else ""
        print(path, oct(seen.st_mode), seen.st_uid, seen.st_gid, seen.st_rdev, seen.st_nlink, size, sparse, target, marks)


{"make": make, "show": show}[sys.argv[1]](sys.argv[2])
