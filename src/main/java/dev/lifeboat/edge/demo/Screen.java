package dev.lifeboat.edge.demo;

import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Shows a demo on a terminal as one block that is redrawn, elsewhere as plain lines.
final class Screen {
    private static final int BAR = 40;
    private static final Duration PLAIN_EVERY = Duration.ofSeconds(5);
    private static final String RESET = "\033[0m";

    private final PrintStream out;
    private final boolean terminal;
    private int drawn;
    private boolean waiting;
    private long waited;
    private Optional<Step> printed = Optional.empty();
    private Instant printedAt = Instant.EPOCH;
    private ByteCount lastRead = ByteCount.ZERO;
    private Instant lastAt = Instant.EPOCH;
    private ByteRate rate = new ByteRate(0);

    private Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @SuppressWarnings("SystemConsoleNull") // Java 25 does return null when there is no terminal
    static Screen here() {
        var console = System.console();
        String kind = System.getenv().getOrDefault("TERM", "dumb");
        return new Screen(System.out, console != null && console.isTerminal() && !kind.equals("dumb"));
    }

    static Screen plain(PrintStream out) {
        return new Screen(out, false);
    }

    /// A line that stays.
    void say(String line) {
        forget();
        out.println(line);
        out.flush();
    }

    /// A line that stays, with a mark in front of it.
    void done(String line) {
        say("  " + paint("32", "✓") + " " + line);
    }

    /// What is waited for: on a terminal a line that goes with the next that stays, elsewhere one now
    /// and then.
    ///
    /// @param since when it has been waited for
    void waits(String what, Instant since, Instant now) {
        long seconds = Duration.between(since, now).toSeconds();
        boolean due = terminal || seconds % PLAIN_EVERY.toSeconds() == 0;
        if (seconds < 1 || seconds == waited || !due) {
            return;
        }
        waited = seconds;
        String line = "  · " + what + ", " + seconds + " s";
        if (terminal) {
            pend(line);
        } else {
            say(line);
        }
    }

    /// What takes some seconds: on a terminal alone, where it goes with the next line that stays.
    void begins(String what) {
        if (terminal) {
            pend("  · " + what);
        }
    }

    private void pend(String line) {
        forget();
        out.print(line);
        out.flush();
        waiting = true;
    }

    private void forget() {
        if (waiting) {
            out.print("\r\033[2K");
            waiting = false;
        }
    }

    /// The live block.
    void show(Timeline timeline, Duration window, Instant now) {
        measure(timeline, now);
        if (terminal) {
            redraw(block(timeline, window, now));
            return;
        }
        boolean moved = !timeline.latest().equals(printed);
        if (moved || Duration.between(printedAt, now).compareTo(PLAIN_EVERY) >= 0) {
            printed = timeline.latest();
            printedAt = now;
            say("  %s left · %s · %s"
                    .formatted(seconds(left(timeline, window, now)), phase(timeline), bytes(timeline)));
        }
    }

    /// Leaves what was drawn last where it is.
    void settle() {
        drawn = 0;
    }

    /// The table at the end.
    void summary(Figures figures, Timeline timeline, DemoOptions options) {
        say("");
        Instant start = timeline.when(Step.NOTICE).orElse(Instant.EPOCH);
        Instant before = start;
        for (Step step : Step.values()) {
            Optional<Instant> at = timeline.when(step);
            if (at.isEmpty()) {
                say("  %-9s %10s".formatted(name(step), "-"));
                continue;
            }
            say("  %-9s %10s %10s  %s"
                    .formatted(
                            name(step),
                            "+" + seconds(Duration.between(start, at.get())),
                            "(" + seconds(Duration.between(before, at.get())) + ")",
                            step.meaning()));
            before = at.get();
        }
        say("");
        say("  frozen    " + value(figures, Figures.Key.FROZEN_FOR_SECONDS, " s") + " at the source, "
                + value(figures, Figures.Key.DOWN_FOR_SECONDS, " s") + " until it ran again; its own longest silence "
                + value(figures, Figures.Key.SILENT_FOR_SECONDS, " s"));
        say("  bytes     " + timeline.read() + " read, " + timeline.stored() + " stored, ratio "
                + String.format(Locale.ROOT, "%.2f", timeline.ratio()));
        say("  margin    " + value(figures, Figures.Key.MARGIN_SECONDS, " s") + " of "
                + options.window().toSeconds() + " s were left when the checkpoint was durable");
        say("  victim    " + value(figures, Figures.Key.TICKS, "") + " chained lines, "
                + value(figures, Figures.Key.PASSES, "") + " full checks of its memory, "
                + value(figures, Figures.Key.PASSES_AFTER_RESTORE, "") + " of them after the restore");
        timeline.setbacks().forEach(setback -> say("  setback   " + setback));
    }

    private List<String> block(Timeline timeline, Duration window, Instant now) {
        Duration left = left(timeline, window, now);
        double share = Math.clamp((double) left.toMillis() / window.toMillis(), 0, 1);
        int full = (int) Math.round(share * BAR);
        String colour = share > 0.5 ? "32" : share > 0.2 ? "33" : "31";
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add("  window   " + paint(colour, "█".repeat(full)) + "░".repeat(BAR - full) + " " + seconds(left)
                + (left.isZero() ? "  " + paint("31", Cast.DOOMED + " is dead") : " left"));
        lines.add("  phase    " + paint("1", phase(timeline)));
        lines.add("  bytes    " + bytes(timeline));
        lines.add("  way      " + way(timeline));
        return lines;
    }

    private void redraw(List<String> lines) {
        var text = new StringBuilder();
        if (drawn > 0) {
            text.append("\033[").append(drawn).append('A');
        }
        lines.forEach(line -> text.append("\033[2K").append(line).append('\n'));
        drawn = lines.size();
        out.print(text);
        out.flush();
    }

    private String way(Timeline timeline) {
        var words = new StringBuilder();
        for (Step step : Step.values()) {
            words.append(words.isEmpty() ? "" : " → ");
            words.append(timeline.when(step).isPresent() ? paint("32", name(step)) : paint("2", name(step)));
        }
        return words.toString();
    }

    /// The rate over the last stretch in which bytes came, the first one since the freeze; progress
    /// comes four times a second.
    private void measure(Timeline timeline, Instant now) {
        if (timeline.read().compareTo(lastRead) > 0) {
            var grown = new ByteCount(timeline.read().bytes() - lastRead.bytes());
            rate = ByteRate.of(grown, Duration.between(lastAt, now));
            lastRead = timeline.read();
            lastAt = now;
        } else if (timeline.when(Step.FROZEN).isEmpty()) {
            lastAt = now;
        }
    }

    private String bytes(Timeline timeline) {
        if (timeline.read().equals(ByteCount.ZERO)) {
            return "none yet";
        }
        String ratio = timeline.stored().equals(ByteCount.ZERO)
                ? ""
                : String.format(Locale.ROOT, ", ratio %.2f", timeline.ratio());
        return timeline.read() + " read, " + timeline.stored() + " stored" + ratio + ", " + rate;
    }

    private static String phase(Timeline timeline) {
        return timeline.latest().map(Step::meaning).orElse("nothing is announced yet");
    }

    private static Duration left(Timeline timeline, Duration window, Instant now) {
        Instant end = timeline.when(Step.NOTICE).orElse(now).plus(window);
        return now.isBefore(end) ? Duration.between(now, end) : Duration.ZERO;
    }

    private String paint(String colour, String text) {
        return terminal ? "\033[" + colour + "m" + text + RESET : text;
    }

    private static String name(Step step) {
        return step.name().toLowerCase(Locale.ROOT);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
    }

    private static String value(Figures figures, Figures.Key key, String unit) {
        Object value = figures.values().get(key);
        return value == null ? "-" : value + unit;
    }
}
