package dev.lifeboat.edge.demo.imds;

import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// The tree of values, such as `meta-data/spot/instance-action`. A folder is answered with its children's names, one a
/// line, folders with a slash.
final class Metadata {
    /// More than any instance has, so that a loop in a client ends here.
    private static final int MAX_VALUES = 1024;

    private final TreeMap<String, String> values = new TreeMap<>();

    /// What an instance has from its first second.
    static Metadata of(Instance instance) {
        Metadata metadata = new Metadata();
        metadata.put("dynamic/instance-identity/document", instance.identityDocument());
        metadata.put("meta-data/ami-id", instance.imageId());
        metadata.put("meta-data/events/maintenance/history", "[]");
        metadata.put("meta-data/events/maintenance/scheduled", "[]");
        metadata.put("meta-data/hostname", instance.hostname());
        metadata.put("meta-data/instance-id", instance.id());
        metadata.put("meta-data/instance-life-cycle", "spot");
        metadata.put("meta-data/instance-type", instance.type());
        metadata.put("meta-data/local-hostname", instance.hostname());
        metadata.put("meta-data/local-ipv4", instance.privateIp());
        metadata.put("meta-data/placement/availability-zone", instance.zone());
        metadata.put("meta-data/placement/region", instance.region());
        metadata.put("meta-data/services/domain", "amazonaws.com");
        metadata.put("meta-data/services/partition", "aws");
        return metadata;
    }

    synchronized void put(String path, String value) {
        if (values.size() >= MAX_VALUES && !values.containsKey(path)) {
            throw new IllegalArgumentException("at most " + MAX_VALUES + " values");
        }
        values.put(path, value);
    }

    synchronized void remove(String path) {
        values.remove(path);
    }

    synchronized Optional<String> get(String path) {
        String value = values.get(path);
        return value == null ? children(path) : Optional.of(value);
    }

    private Optional<String> children(String path) {
        String folder = path.isEmpty() || path.endsWith("/") ? path : path + "/";
        var names = new TreeSet<String>();
        for (String below : values.tailMap(folder).keySet()) {
            if (!below.startsWith(folder)) {
                break;
            }
            String rest = below.substring(folder.length());
            int slash = rest.indexOf('/');
            names.add(slash < 0 ? rest : rest.substring(0, slash + 1));
        }
        return names.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", names));
    }
}
