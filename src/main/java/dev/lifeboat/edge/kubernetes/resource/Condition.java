package dev.lifeboat.edge.kubernetes.resource;

/// One condition of an object; when it became so is for whoever writes it to know.
///
/// @param type one of the kind's own
/// @param reason one of the kind's own
/// @param message for people, with what to do next
public record Condition(Enum<?> type, Standing status, Enum<?> reason, String message) {
    /// Kubernetes' own words.
    public enum Standing {
        True,
        False,
        Unknown
    }
}
