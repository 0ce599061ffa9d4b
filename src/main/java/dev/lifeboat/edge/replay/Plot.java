package dev.lifeboat.edge.replay;

import java.util.List;
import java.util.Locale;

/// The fleet through time, and under it what each strategy has lost so far, on a logarithmic scale; as SVG.
final class Plot {
    private static final int WIDTH = 900;
    private static final int LEFT = 70;
    private static final int RIGHT = 210;
    private static final int TOP = 40;
    private static final int FLEET_HEIGHT = 140;
    private static final int LOSS_TOP = 240;
    private static final int LOSS_HEIGHT = 260;
    private static final List<String> COLOURS = List.of("#0b6e4f", "#7f7f7f", "#c1121f", "#e09f3e", "#3a6ea5");

    private final Trace trace;
    private final List<Ledger> ledgers;
    private final StringBuilder svg = new StringBuilder();

    Plot(Trace trace, List<Ledger> ledgers) {
        this.trace = trace;
        this.ledgers = ledgers;
    }

    String draw(String title) {
        add(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"560\" font-family=\"sans-serif\""
                        + " font-size=\"12\">",
                WIDTH));
        add(String.format(Locale.ROOT, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>"));
        add(String.format(Locale.ROOT, "<text x=\"%d\" y=\"20\" font-size=\"15\">%s</text>", LEFT, escape(title)));
        fleet();
        losses();
        add("</svg>");
        return svg.toString();
    }

    private void fleet() {
        int most = 1;
        int up = 0;
        for (Trace.Change change : trace.changes()) {
            up += change.kind() == Trace.Kind.ADDED ? 1 : -1;
            most = Math.max(most, up);
        }
        var path = new StringBuilder();
        up = 0;
        for (Trace.Change change : trace.changes()) {
            path.append(path.isEmpty() ? "M" : "L").append(point(x(change.at()), fleetY(up, most)));
            up += change.kind() == Trace.Kind.ADDED ? 1 : -1;
            path.append('L').append(point(x(change.at()), fleetY(up, most)));
        }
        frame(TOP, FLEET_HEIGHT, "machines");
        add(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%d</text>", LEFT - 6, TOP + 5, most));
        add(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>", LEFT - 6, TOP + FLEET_HEIGHT + 4));
        add(String.format(Locale.ROOT, "<path d=\"%s\" fill=\"none\" stroke=\"#333\" stroke-width=\"1.2\"/>", path));
        for (Trace.Change change : trace.changes()) {
            if (change.kind() == Trace.Kind.REMOVED) {
                add(String.format(
                        Locale.ROOT,
                        "<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"#c1121f\" stroke-opacity=\"0.5\"/>",
                        x(change.at()),
                        TOP + FLEET_HEIGHT,
                        TOP + FLEET_HEIGHT + 6));
            }
        }
        add(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" fill=\"#c1121f\">reclaims</text>",
                WIDTH - RIGHT + 8,
                TOP + FLEET_HEIGHT + 6));
    }

    private void losses() {
        double most = ledgers.stream().mapToDouble(Ledger::lostSeconds).max().orElse(1);
        double top = Math.ceil(Math.log10(Math.max(10, most)));
        frame(LOSS_TOP, LOSS_HEIGHT, "work lost so far, seconds (log)");
        for (int power = 0; power <= top; power++) {
            double y = lossY(Math.pow(10, power), top);
            add(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%3$.1f\" y2=\"%3$.1f\" stroke=\"#ddd\"/>",
                    LEFT,
                    WIDTH - RIGHT,
                    y));
            add(String.format(
                    Locale.ROOT, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">1e%d</text>", LEFT - 6, y + 4, power));
        }
        double label = LOSS_TOP;
        for (int i = 0; i < ledgers.size(); i++) {
            Ledger ledger = ledgers.get(i);
            String colour = COLOURS.get(i % COLOURS.size());
            // The clairvoyant often lies on our own line; both must show.
            String dash = i == 1 ? " stroke-dasharray=\"6 6\"" : "";
            var path = new StringBuilder();
            for (double[] point : ledger.course()) {
                path.append(path.isEmpty() ? "M" : "L").append(point(x(point[0]), lossY(point[1], top)));
            }
            add(String.format(
                    Locale.ROOT,
                    "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"%s/>",
                    path,
                    colour,
                    dash));
            label += 20;
            add(String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%.0f\" fill=\"%s\">%s</text>",
                    WIDTH - RIGHT + 8,
                    label,
                    colour,
                    escape(ledger.name())));
        }
    }

    private void frame(int top, int height, String name) {
        add(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#999\"/>",
                LEFT,
                top,
                WIDTH - LEFT - RIGHT,
                height));
        add(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" fill=\"#555\">%s</text>", LEFT, top - 6, name));
        double hours = trace.seconds() / 3600;
        for (int i = 0; i <= 4; i++) {
            add(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.1f h</text>",
                    x(trace.seconds() * i / 4),
                    top + height + 20,
                    hours * i / 4));
        }
    }

    private double x(double seconds) {
        return LEFT + (WIDTH - LEFT - RIGHT) * seconds / Math.max(1, trace.seconds());
    }

    private static double fleetY(int up, int most) {
        return TOP + FLEET_HEIGHT * (1 - up / (double) most);
    }

    private static double lossY(double seconds, double top) {
        return LOSS_TOP + LOSS_HEIGHT * (1 - Math.log10(Math.max(1, seconds)) / top);
    }

    private static String point(double x, double y) {
        return String.format(Locale.ROOT, "%.1f %.1f", x, y);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private void add(String element) {
        svg.append(element).append('\n');
    }
}
