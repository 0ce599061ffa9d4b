package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.plan.Pace;
import org.jspecify.annotations.Nullable;

/// How often a workload should be copied ahead of any notice, or why no interval would do.
///
/// @param everySeconds null when it cannot fit
/// @param limit what keeps it from being longer
/// @param cannotFit a code; null when there is an interval
/// @param why the same for people; null when there is an interval
@JsonInclude(JsonInclude.Include.NON_NULL)
record Background(
        @Nullable Double everySeconds,
        @Nullable String limit,
        @Nullable String cannotFit,
        @Nullable String why) {

    static @Nullable Background of(@Nullable Pace pace) {
        return switch (pace) {
            case null -> null;
            case Pace.Every it ->
                new Background(Report.seconds(it.interval()), it.limit().name(), null, null);
            case Pace.CannotFit it -> new Background(null, null, it.reason().name(), why(it));
            case Pace.Unknown _ -> null;
        };
    }

    private static String why(Pace.CannotFit it) {
        return switch (it.reason()) {
            case RESIDUAL_TOO_LARGE ->
                "even at the shortest interval " + Words.brief(it.needed()) + " of link are left at p95, "
                        + Words.brief(it.allowed()) + " may be";
            case WINDOW_SHARED ->
                "with what is worth more here " + Words.brief(it.needed()) + " of link are left at p95, "
                        + Words.brief(it.allowed()) + " may be";
            case TRAFFIC_TOO_HIGH -> "its rounds would send " + it.traffic() + ", " + it.budget() + " may be";
        };
    }

    String inWords() {
        return everySeconds == null
                ? "cannot fit: " + cannotFit + ", " + why
                : "background every " + Table.brief(everySeconds) + " (" + limit + ")";
    }
}
