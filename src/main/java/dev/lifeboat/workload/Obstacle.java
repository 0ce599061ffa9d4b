package dev.lifeboat.workload;

import java.util.Locale;

/// What in a process keeps it from being saved, or makes its save longer; the codes are stable.
public enum Obstacle {
    IO_URING(
            Effect.BLOCKS,
            "an io_uring; CRIU cannot dump one",
            "have the program use epoll (JVM and nginx do; libuv: UV_USE_IO_URING=0), or give it a drain rung"),
    DEVICE(
            Effect.BLOCKS,
            "an open device other than the memory devices and its own terminals",
            "close it while idle, or give the workload an appHook or drain rung"),
    GPU(Effect.BLOCKS, "an open GPU", "an appHook rung: the framework writes its own checkpoint"),
    TERMINAL(
            Effect.BLOCKS,
            "a terminal whose other end is held by another process",
            "start it without a terminal: in a pod leave out tty, by hand use setsid and a file"),
    CONNECTION(
            Effect.BLOCKS,
            "an established TCP connection, where no policy says what becomes of it",
            "give the workload a policy: its checkpoint rung closes connections, or keeps them with `tcp: Keep`"),
    SOCKET(
            Effect.BLOCKS,
            "a socket of a protocol that CRIU cannot dump, such as MPTCP, by which servers in Go listen since 1.24",
            "of MPTCP: have the program speak TCP (Go: GODEBUG=multipathtcp=0), or switch it off for the pod or the node"
                    + " (sysctl net.mptcp.enabled=0); of another: close it while idle, or give the workload a drain rung"),
    TRACED(Effect.BLOCKS, "a debugger or tracer is attached", "detach it: CRIU has to trace it itself"),
    SHARED_MEMORY(
            Effect.LENGTHENS,
            "shared memory, which no pre-dump shortens",
            "count it in full in the freeze; the forecast does"),
    HUGE_PAGES(Effect.LENGTHENS, "huge pages, which no pre-dump shortens", "count them in full in the freeze"),
    CONTAINERS(
            Effect.BLOCKS,
            "a pod with more than one container, of which none is named",
            "where the others may start afresh, name the one whose memory counts: annotation `lifeboat.dev/container:"
                    + " NAME` in the pod's template; else give the workload an appHook or drain rung"),
    NODE_VOLUME(
            Effect.BLOCKS,
            "a volume whose files stay on its node: a local one, a folder of the node, an emptyDir that is too large or that"
                    + " a container writes to which starts afresh",
            "keep such files in the container's own root file system, in a smaller emptyDir that others mount `readOnly`,"
                    + " or on a volume that can be attached elsewhere"),
    OWN_USERS(
            Effect.BLOCKS,
            "a pod with a user namespace of its own (hostUsers: false), which no restore can join",
            "leave hostUsers out, or give the workload an appHook or drain rung"),
    SHARED_PROCESSES(
            Effect.BLOCKS,
            "a pod in a process namespace with others (shareProcessNamespace, hostPID): its process numbers may be taken"
                    + " where it would be restored",
            "leave both out, or give the workload an appHook or drain rung"),
    NO_OWNER(
            Effect.BLOCKS,
            "a pod that nobody makes again",
            "have a Deployment, a StatefulSet or a Job make it: restored is the pod that replaces it"),
    REGISTERS(
            Effect.BLOCKS,
            "registers that CRIU does not keep: SVE's and SME's, on arm64; a program that computes with them would go on with"
                    + " wrong figures",
            "boot the node with `arm64.nosve arm64.nosme`, or give the workload an appHook or drain rung"),
    KUBELET(
            Effect.BLOCKS,
            "a kubelet that makes no checkpoints, where the agent depends on it",
            "its reason is a code of docs/reference/dump-failures.md, which says what to do"),
    UNREADABLE(Effect.BLOCKS, "what it holds cannot be seen", "run this as root, in the node's own pid namespace");

    private final Effect effect;
    private final String meaning;
    private final String remedy;

    Obstacle(Effect effect, String meaning, String remedy) {
        this.effect = effect;
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /// What it does to a save.
    public enum Effect {
        /// The save will fail.
        BLOCKS,
        /// The save takes longer.
        LENGTHENS
    }

    /// As it appears in reports and metrics: `io-uring`.
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What it does to a save.
    public Effect effect() {
        return effect;
    }

    /// What it is.
    public String meaning() {
        return meaning;
    }

    /// Whether it is as likely to be there later: what comes and goes, such as a connection, is told, but no
    /// reason not to try.
    public boolean lasts() {
        return switch (this) {
            case IO_URING,
                    DEVICE,
                    GPU,
                    TERMINAL,
                    SOCKET,
                    CONTAINERS,
                    NODE_VOLUME,
                    OWN_USERS,
                    SHARED_PROCESSES,
                    NO_OWNER,
                    REGISTERS,
                    KUBELET -> true;
            case CONNECTION, TRACED, UNREADABLE, SHARED_MEMORY, HUGE_PAGES -> false;
        };
    }

    /// What to do about it.
    public String remedy() {
        return remedy;
    }
}
