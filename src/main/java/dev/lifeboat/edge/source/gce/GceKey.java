package dev.lifeboat.edge.source.gce;

/// What we watch in the metadata of a node.
public enum GceKey {
    /// `FALSE`, then `TRUE` once the instance is being preempted.
    PREEMPTED("instance/preempted"),
    /// `NONE`, then what happens to the instance with its host's maintenance.
    MAINTENANCE("instance/maintenance-event");

    private final String path;

    GceKey(String path) {
        this.path = path;
    }

    /// Under `/computeMetadata/v1/`.
    public String path() {
        return path;
    }
}
