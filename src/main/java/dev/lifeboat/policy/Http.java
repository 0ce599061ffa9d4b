package dev.lifeboat.policy;

/// A request to the workload itself.
public record Http(
        @Key(value = "Port in the pod.", required = true, least = "1", most = "65535")
        int port,

        @Key(value = "Path of the request.", standard = "/", text = Text.PATH)
        String path,

        @Key(value = "Method of the request.", standard = "GET")
        Method method) {
    /// Methods that make sense for a hook.
    public enum Method {
        GET,
        POST,
        PUT
    }
}
