package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.criu.Keeper;
import dev.lifeboat.edge.linux.BorrowedDescriptors;
import dev.lifeboat.edge.linux.Child;
import dev.lifeboat.edge.linux.Descriptor;
import dev.lifeboat.edge.linux.UnixSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A small shell that holds copies of a tree's userfaultfds: while it lives, who touches a missing page waits for it,
/// whoever else has died. It ends when we say so, and when our end of a socket closes, as it does with this process, it
/// kills the tree first.
final class MemoryKeeper implements Keeper {
    private static final String WATCHING = "anon_inode:[userfaultfd]";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);
    private static final String WHOLE = "whole\n";

    /// Plain POSIX sh with nothing but its own commands. Who was stopped makes no children, so the second look finds
    /// who was made during the first. The start time, field 22 of proc_pid_stat(5), tells the tree's root from a
    /// stranger that has its number by now.
    ///
    /// It is deaf to the signals that a terminal or a service manager sends to all at once: they would
    /// end it before the tree.
    private static final String SCRIPT = """
            trap '' HUP INT QUIT TERM
            root=$1
            started() { read -r stat < "/proc/$root/stat" || return; set -- ${stat##*) }; echo "${20}"; }
            tree() {
                [ -d "/proc/$1" ] || return 0
                echo "$1"
                for task in "/proc/$1/task/"*/children; do
                    read -r children < "$task"
                    for child in $children; do (tree "$child"); done
                done
            }
            birth=$(started)
            read -r word <&3
            [ "$word" = whole ] && exit 0
            [ -n "$birth" ] && [ "$(started)" = "$birth" ] || exit 0
            all=
            while found=$(tree "$root"); [ "$found" != "$all" ]; do
                all=$found
                kill -STOP $all
            done
            kill -KILL $all
            """;

    private final Child shell;
    private final UnixSocket line;
    private @Nullable Integer ended;

    private MemoryKeeper(Child shell, UnixSocket line) {
        this.shell = shell;
        this.line = line;
    }

    /// @param daemon whose userfaultfds are copied
    /// @param tasks that it watches: it may still be taking the last of them
    /// @throws IOException when it does not watch as many
    static MemoryKeeper start(long daemon, long root, int tasks, Path work) throws IOException {
        try (var watching = watching(daemon, tasks)) {
            var line = UnixSocket.pair(UnixSocket.Type.STREAM);
            var inherited = new ArrayList<Descriptor>(List.of(line.theirs().descriptor()));
            inherited.addAll(watching.descriptors());
            try {
                var command = List.of("/bin/sh", "-c", SCRIPT, "keeper", Long.toString(root));
                return new MemoryKeeper(Child.spawn(command, work.resolve("keeper.out"), inherited), line.ours());
            } catch (IOException | RuntimeException broken) {
                line.ours().close();
                throw broken;
            } finally {
                // The shell's alone from here on, or it would never see the end.
                line.theirs().close();
            }
        }
    }

    private static BorrowedDescriptors watching(long daemon, int tasks) throws IOException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var found = BorrowedDescriptors.of(daemon, WATCHING);
            if (found.descriptors().size() >= tasks) {
                return found;
            }
            found.close();
            if (System.nanoTime() - giveUp > 0) {
                throw new IOException("CRIU's lazy-pages daemon watches "
                        + found.descriptors().size() + " of " + tasks + " tasks");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    @Override
    public synchronized void letGo() throws IOException {
        if (ended == null) {
            line.write(ByteBuffer.wrap(WHOLE.getBytes(StandardCharsets.US_ASCII)));
            end();
        }
    }

    @Override
    public synchronized void kill() throws IOException {
        if (ended == null) {
            line.shutdown();
            end();
        }
    }

    private void end() throws IOException {
        ended = shell.await();
        line.close();
    }
}
