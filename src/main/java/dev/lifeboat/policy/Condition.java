package dev.lifeboat.policy;

/// A question about one workload at one moment, as the operator wrote it.
public interface Condition {
    /// As written.
    String source();

    /// Never throws: what cannot be decided says why.
    Verdict test(Facts facts);

    /// An answer.
    sealed interface Verdict {
        record Holds() implements Verdict {}

        /// @param seen the values it was asked with, such as `pod.restarts = 7`
        record Fails(String seen) implements Verdict {}

        /// @param why such as a fact that is not known
        record Undecided(String why) implements Verdict {}
    }
}
