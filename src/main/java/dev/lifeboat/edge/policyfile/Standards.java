package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Shape.Entry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.snakeyaml.engine.v2.nodes.Node;

/// What holds for keys that are left out, read as if it had been written.
final class Standards {
    private static final Map<Entry, Object> READ = new ConcurrentHashMap<>();

    private Standards() {}

    static Object of(Entry entry) {
        Object known = READ.get(entry);
        if (known != null) {
            return known;
        }
        Object read = read(entry);
        READ.put(entry, read);
        return read;
    }

    private static Object read(Entry entry) {
        var source = new Source("(standard of " + entry.name() + ")", entry.standard());
        if (Yaml.parse(entry.standard()) instanceof Yaml.Parsed.Tree tree) {
            Node node = tree.roots().getFirst();
            var findings = new Findings(0);
            Object value = new Checker(source, findings, Documents.POLICY)
                    .check(node, entry.shape(), entry.name(), entry.standard());
            if (value != null) {
                return value;
            }
        }
        throw new IllegalStateException("the standard of " + entry.name() + " is none: " + source.inReadingOrder());
    }
}
