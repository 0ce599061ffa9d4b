"""A container's worth of everything: what a checkpoint has to bring back. One line per step in /var/log/steps says
whether all of it still works; any field but the first that is not `ok` is a loss."""
import array
import ctypes
import hashlib
import mmap
import os
import shutil
import socket
import threading
import time

PATIENCE_SECONDS = 60

memory = bytearray(os.urandom(1 << 20) * 24)
whole = hashlib.sha256(memory).hexdigest()

PAGE = 4096


def system_v():
    """A segment of System V's, for whoever is forked from here (shmget(2))."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    libc.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
    number = libc.shmget(0, PAGE, 0o600)  # IPC_PRIVATE
    if number < 0:
        raise OSError(ctypes.get_errno(), "shmget")
    return (ctypes.c_char * PAGE).from_address(libc.shmat(number, None, 0))


def posix():
    """shm_open(3) by hand: a file on the container's /dev/shm."""
    with open("/dev/shm/victim", "w+b") as file:
        file.truncate(PAGE)
        return mmap.mmap(file.fileno(), PAGE)


# Memory that has no name; its second page is mapped, and shared.
nameless = os.memfd_create("victim")
os.write(nameless, b"m" * PAGE)
os.ftruncate(nameless, 2 * PAGE)

# Every kind of shared memory and a pipe, with a child at the other end, which leads a session of its own, and has a
# child itself.
shared = [mmap.mmap(-1, 1 << 20), mmap.mmap(nameless, PAGE, offset=PAGE), posix(), system_v()]
out, into = os.pipe()
back, answers = os.pipe()
child = os.fork()
if child == 0:
    os.setsid()
    os.close(into)
    if os.fork() == 0:
        while True:
            time.sleep(1)
    count = 0
    while os.read(out, 1):
        count += 1
        for each in shared:
            each[0:8] = count.to_bytes(8, "little")
        os.write(answers, b".")
    os._exit(0)

# A file on a tmpfs of the container's, and one that is open though it was deleted.
with open("/tmp/note", "w") as note:
    note.write("kept")
ghost = open("/tmp/ghost", "w+")
os.unlink("/tmp/ghost")
ghost.write("unseen")
ghost.flush()

# A unix socket that listens, a connection to it, a pair, and a TCP port that listens.
listening = socket.socket(socket.AF_UNIX)
listening.bind("/run/victim.sock")
listening.listen()
caller = socket.socket(socket.AF_UNIX)
caller.connect("/run/victim.sock")
called = listening.accept()[0]
near, far = socket.socketpair()
port = socket.socket()
port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
port.bind(("127.0.0.1", 0))
port.listen()

# A server on a port of its own, for clients outside: it gives back what it gets, on every connection.
serving = socket.create_server(("127.0.0.1", 0))


def give_back(connection):
    with connection:
        while heard := connection.recv(1 << 12):
            connection.sendall(heard)


def serve():
    while True:
        threading.Thread(target=give_back, args=(serving.accept()[0],), daemon=True).start()


threading.Thread(target=serve, daemon=True).start()
with open("/var/log/serving", "w") as said:
    said.write(f"{serving.getsockname()[1]} {port.getsockname()[1]}\n")

# Threads.
beats = array.array("q", [0, 0, 0])


def beat(which):
    while True:
        beats[which] += 1
        time.sleep(0.01)


for which in range(3):
    threading.Thread(target=beat, args=(which,), daemon=True).start()

# The root file system: a file deleted, a folder replaced, a hard link, an attribute, a capability.
os.unlink("/etc/doomed")
shutil.rmtree("/etc/replaced")
os.mkdir("/etc/replaced")
open("/etc/replaced/new", "w").close()
with open("/etc/linked", "w") as linked:
    linked.write("one inode")
os.link("/etc/linked", "/etc/linked-too")
os.setxattr("/etc/linked", "user.victim", b"marked")


def works(check):
    try:
        return "ok" if check() else "lost"
    except OSError as broken:
        return type(broken).__name__


def asked():
    """Nobody can dump a connection that is not accepted yet, so none is opened before it has been restored."""
    return os.path.exists("/var/log/ask")


def asks(path):
    if not asked():
        return True
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(path)
        listening.accept()[0].close()
    return True


def calls():
    if not asked():
        return True
    with socket.create_connection(port.getsockname(), PATIENCE_SECONDS):
        port.accept()[0].close()
    return True


def echo(one, other):
    one.send(b"x")
    return other.recv(1) == b"x"


def counted(step):
    os.write(into, b".")
    os.read(back, 1)
    return all(int.from_bytes(each[0:8], "little") == step for each in shared)


def descends():
    """The child leads its session, and has a child that is in it."""
    with open(f"/proc/{child}/task/{child}/children") as children:
        grandchild = int(children.read())
    return os.getsid(child) == child == os.getsid(grandchild)


def alive(before):
    """Whether every thread moves, however little of a processor it gets."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not all(now > then for now, then in zip(beats, before)):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True


step = 0
with open("/var/log/steps", "a") as log:
    while True:
        step += 1
        fields = [
            works(lambda: counted(step)),
            works(descends),
            works(lambda: hashlib.sha256(memory).hexdigest() == whole),
            works(lambda: os.pread(nameless, PAGE, 0) == b"m" * PAGE),
            works(lambda: open("/tmp/note").read() == "kept"),
            works(lambda: os.pread(ghost.fileno(), 6, 0) == b"unseen"),
            works(lambda: asks("/run/victim.sock")),
            works(lambda: echo(caller, called)),
            works(lambda: echo(near, far)),
            works(calls),
            works(lambda: alive(list(beats))),
            works(lambda: not os.path.exists("/etc/doomed") and os.listdir("/etc/replaced") == ["new"]),
            works(lambda: os.stat("/etc/linked").st_nlink == 2 and os.getxattr("/etc/linked", "user.victim") == b"marked"),
        ]
        log.write(" ".join([str(step)] + fields) + "\n")
        log.flush()
