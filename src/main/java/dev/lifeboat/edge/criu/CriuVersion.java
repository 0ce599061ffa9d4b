package dev.lifeboat.edge.criu;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A release of CRIU, such as 4.1.1.
public record CriuVersion(int major, int minor, int sublevel) implements Comparable<CriuVersion> {
    /// The oldest that we have run.
    static final CriuVersion OLDEST = new CriuVersion(4, 1, 0);

    /// From here on page counts have 64 bits, on the wire and in the images.
    static final CriuVersion WIDE_COUNTS = new CriuVersion(4, 2, 0);

    private static final Pattern NAMED = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})(?:\\.(\\d{1,3}))?");

    private static final Comparator<CriuVersion> BY_AGE = Comparator.comparingInt(CriuVersion::major)
            .thenComparingInt(CriuVersion::minor)
            .thenComparingInt(CriuVersion::sublevel);

    /// @param text that names it somewhere, such as `criu 4.1.1`
    static CriuVersion parse(String text) {
        Matcher named = NAMED.matcher(text);
        if (!named.find()) {
            throw new IllegalArgumentException("'" + text + "' names no release of CRIU, such as 4.1.1");
        }
        String sublevel = named.group(3);
        return new CriuVersion(
                Integer.parseInt(named.group(1)),
                Integer.parseInt(named.group(2)),
                sublevel == null ? 0 : Integer.parseInt(sublevel));
    }

    boolean hasWideCounts() {
        return compareTo(WIDE_COUNTS) >= 0;
    }

    @Override
    public int compareTo(CriuVersion other) {
        return BY_AGE.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + (sublevel == 0 ? "" : "." + sublevel);
    }
}
