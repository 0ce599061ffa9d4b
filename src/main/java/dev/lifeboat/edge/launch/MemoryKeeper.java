package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.criu.Keeper;
import dev.lifeboat.edge.linux.BorrowedDescriptors;
import dev.lifeboat.edge.linux.Child;
import dev.lifeboat.edge.linux.Descriptor;
import dev.lifeboat.edge.linux.UnixSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// A small shell that holds copies of a tree's userfaultfds: while it lives, who touches a missing page waits for it,
/// whoever else has died. It ends when we say so, and when our end of a socket closes, as it does with this process, it
/// kills the tree first.
///
/// The daemon closes a task's userfaultfd when it has brought all of that task's pages. A copy that lived on
/// would have the task wait for answers to whatever it does to its memory next, a fork first of all, and the daemon
/// told by epoll of what it has forgotten. So another shell without that copy takes over before.
final class MemoryKeeper implements Keeper {
    private static final String WATCHING = "anon_inode:[userfaultfd]";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);
    private static final String WHOLE = "whole\n";

    /// Field 22 of proc_pid_stat(5), counted from behind the name, which may hold blanks.
    private static final int START_TIME = 19;

    /// Plain POSIX sh with nothing but its own commands. Who was stopped makes no children, so the second look finds
    /// who was made during the first. The start time, field 22 of proc_pid_stat(5), tells the tree's root from a
    /// stranger that has its number by now.
    ///
    /// It is deaf to the signals that a terminal or a service manager sends to all at once: they would
    /// end it before the tree.
    private static final String SCRIPT = """
            trap '' HUP INT QUIT TERM
            root=$1 birth=$2
            started() { read -r stat < "/proc/$root/stat" || return; set -- ${stat##*) }; echo "${20}"; }
            tree() {
                [ -d "/proc/$1" ] || return 0
                echo "$1"
                for task in "/proc/$1/task/"*/children; do
                    read -r children < "$task"
                    for child in $children; do (tree "$child"); done
                done
            }
            read -r word <&3
            [ "$word" = whole ] && exit 0
            [ "$(started)" = "$birth" ] || exit 0
            all=
            while found=$(tree "$root"); [ "$found" != "$all" ]; do
                all=$found
                kill -STOP $all
            done
            kill -KILL $all
            """;

    private final long daemon;
    private final Tree tree;
    private final Set<Integer> kept;
    private Shell shell;
    private boolean ended;

    private MemoryKeeper(long daemon, Tree tree, Set<Integer> kept) throws IOException {
        this.daemon = daemon;
        this.tree = tree;
        this.kept = kept;
        this.shell = Shell.start(daemon, tree, kept);
    }

    /// Nothing of the tree runs yet.
    ///
    /// @param daemon whose userfaultfds are copied
    /// @param tasks that it watches: it may still be taking the last of them
    /// @throws IOException when it does not watch as many
    static MemoryKeeper start(long daemon, long root, int tasks, Path work) throws IOException {
        return new MemoryKeeper(daemon, Tree.of(root, work), watched(daemon, tasks));
    }

    private static Set<Integer> watched(long daemon, int tasks) throws IOException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var found = BorrowedDescriptors.numbers(daemon, WATCHING);
            if (found.size() >= tasks) {
                return new HashSet<>(found);
            }
            if (System.nanoTime() - giveUp > 0) {
                throw new IOException("CRIU's lazy-pages daemon watches " + found.size() + " of " + tasks + " tasks");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    /// The daemon is about to close one of its descriptors, and waits for this to return.
    ///
    /// @throws IOException when the copy could not be given up; the daemon must not go on then
    synchronized void closing(int number) throws IOException {
        if (!ended && kept.remove(number)) {
            Shell before = shell;
            shell = Shell.start(daemon, tree, kept);
            before.letGo();
        }
    }

    @Override
    public synchronized void letGo() throws IOException {
        if (!ended) {
            ended = true;
            shell.letGo();
        }
    }

    @Override
    public synchronized void kill() throws IOException {
        if (!ended) {
            ended = true;
            shell.kill();
        }
    }

    /// @param birth the root's start time, in clock ticks
    private record Tree(long root, String birth, Path work) {
        static Tree of(long root, Path work) throws IOException {
            String stat = Files.readString(Path.of("/proc/" + root + "/stat"));
            return new Tree(root, stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[START_TIME], work);
        }
    }

    /// @param line closed here, it kills the tree
    private record Shell(Child child, UnixSocket line) {
        static Shell start(long daemon, Tree tree, Set<Integer> kept) throws IOException {
            try (var copies = BorrowedDescriptors.of(daemon, kept)) {
                var line = UnixSocket.pair(UnixSocket.Type.STREAM);
                var inherited = new ArrayList<Descriptor>(List.of(line.theirs().descriptor()));
                inherited.addAll(copies.descriptors());
                try {
                    var command = List.of("/bin/sh", "-c", SCRIPT, "keeper", Long.toString(tree.root), tree.birth);
                    return new Shell(Child.spawn(command, tree.work.resolve("keeper.out"), inherited), line.ours());
                } catch (IOException | RuntimeException broken) {
                    line.ours().close();
                    throw broken;
                } finally {
                    // The shell's alone from here on, or it would never see the end.
                    line.theirs().close();
                }
            }
        }

        void letGo() throws IOException {
            line.write(ByteBuffer.wrap(WHOLE.getBytes(StandardCharsets.US_ASCII)));
            end();
        }

        void kill() throws IOException {
            line.shutdown();
            end();
        }

        private void end() throws IOException {
            child.await();
            line.close();
        }
    }
}
