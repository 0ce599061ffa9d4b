package dev.lifeboat.workload;

import java.util.regex.Pattern;

/// `namespace/name`, each an RFC 1123 label; in Kubernetes the pod, elsewhere what the agent was told.
public record WorkloadId(String namespace, String name) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    public WorkloadId {
        if (!LABEL.matcher(namespace).matches() || !LABEL.matcher(name).matches()) {
            throw new IllegalArgumentException("not a workload id: " + namespace + "/" + name);
        }
    }

    public static WorkloadId parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a workload id is namespace/name: " + text);
        }
        return new WorkloadId(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
