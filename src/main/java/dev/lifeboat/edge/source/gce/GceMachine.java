package dev.lifeboat.edge.source.gce;

/// One instance, by Google's names.
///
/// @param project its id, such as `my-project`
/// @param name unique in its zone at any time, but given again to the next instance of a managed group
/// @param id never given again
/// @param type such as `n2-standard-4`
/// @param spot whether Google may take it at any time
public record GceMachine(String project, String zone, String name, long id, String type, boolean spot) {
    /// As Kubernetes has it.
    public String providerId() {
        return "gce://" + project + '/' + zone + '/' + name;
    }
}
