package dev.lifeboat.policy;

/// Tells from the application's answer whether it has saved itself.
public interface Completion {
    /// As written.
    String source();

    /// Never throws: what cannot be decided says why.
    Condition.Verdict test(Response response);

    /// What the application answered.
    ///
    /// @param status of HTTP; 0 where it was a command
    /// @param exitCode of a command; 0 where it was HTTP
    /// @param body text of the answer; JSON in it can be asked for by `response.json`
    record Response(int status, int exitCode, String body) {}
}
