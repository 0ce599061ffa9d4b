package dev.lifeboat.edge.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Machines that came and went. Two forms, as uclasystem/bamboo publishes them: `ms,add|remove,node` for EC2,
/// and `date, time, instances` for GCP's capacity, where machines have no names and the oldest is taken to go
/// first.
///
/// @param changes by rising time
/// @param isNamed whether machines have names, as EC2's do
/// @param skipped capacity lines whose clock ran backwards
record Trace(List<Change> changes, boolean isNamed, int skipped) {
    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_MACHINES = 100_000;

    Trace {
        changes = List.copyOf(changes);
    }

    /// @param at seconds from the trace's start
    record Change(double at, Kind kind, String node) {}

    enum Kind {
        ADDED,
        REMOVED
    }

    double seconds() {
        return changes.isEmpty() ? 0 : changes.getLast().at();
    }

    static Trace read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new Unreadable(file + ": a trace has at most " + MOST_BYTES + " bytes");
            }
            Trace trace = parse(file.toString(), Files.readAllLines(file));
            if (trace.changes().stream().noneMatch(change -> change.kind() == Kind.REMOVED)) {
                throw new Unreadable(file + ": no machine is taken in it, so there is nothing to replay; a trace has"
                        + " lines of `ms,add|remove,node` or `date, time, instances`");
            }
            return trace;
        } catch (NoSuchFileException e) {
            throw new Unreadable(file + ": there is no such file; --trace names an interruption trace");
        } catch (IOException e) {
            throw new Unreadable(file + ": cannot be read as text: " + e.getMessage());
        }
    }

    static Trace parse(String file, List<String> lines) {
        boolean named = lines.stream().findFirst().orElse("").contains("add");
        var events = new ArrayList<Change>();
        var capacity = new Capacity();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty()) {
                continue;
            }
            try {
                String[] cells = line.split(",", -1);
                if (named) {
                    events.add(event(cells));
                } else {
                    capacity.note(cells, events);
                }
            } catch (RuntimeException e) {
                throw new Unreadable(file + ":" + (i + 1) + ": \"" + line
                        + "\" is neither `ms,add|remove,node` nor `date, time, instances`");
            }
        }
        return new Trace(events, named, capacity.skipped);
    }

    private static Change event(String[] cells) {
        Kind kind = switch (cells[1]) {
            case "add" -> Kind.ADDED;
            case "remove" -> Kind.REMOVED;
            default -> throw new IllegalArgumentException(cells[1]);
        };
        return new Change(Long.parseLong(cells[0]) / 1000.0, kind, cells[2]);
    }

    /// Turns a count into comings and goings.
    private static final class Capacity {
        private final ArrayDeque<String> up = new ArrayDeque<>();
        private LocalDateTime start = LocalDateTime.MIN;
        private double last = -1;
        private int named;
        private int skipped;

        void note(String[] cells, List<Change> events) {
            LocalDateTime time = LocalDate.parse(cells[0].strip()).atTime(LocalTime.parse(cells[1].strip()));
            int count = Integer.parseInt(cells[2].strip());
            if (count < 0 || count > MOST_MACHINES) {
                throw new IllegalArgumentException("machines: " + count);
            }
            start = last < 0 ? time : start;
            double at = Duration.between(start, time).toSeconds();
            if (at < last) {
                skipped++;
                return;
            }
            last = at;
            while (up.size() < count) {
                up.addLast("m" + ++named);
                events.add(new Change(at, Kind.ADDED, up.getLast()));
            }
            while (up.size() > count) {
                events.add(new Change(at, Kind.REMOVED, up.removeFirst()));
            }
        }
    }
}
