package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Documents.PolicyDocument;
import dev.lifeboat.edge.policyfile.Problem.Span;
import dev.lifeboat.edge.policyfile.Yaml.Parsed;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.policy.PolicyId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Checks one YAML document: readable, of the right shape, sensible.
final class DocumentCheck {
    /// A file with more broken lines than this is another kind of file.
    private static final int MOST_REPAIRS = 8;

    private final Source source;
    private final Yaml.Document document;

    DocumentCheck(Source source, Yaml.Document document) {
        this.source = source;
        this.document = document;
    }

    /// What came of it.
    ///
    /// @param found whether there was anything that means to be a policy
    record Result(List<Placed> policies, boolean found) {}

    /// A policy and where its parts are.
    record Placed(Policy policy, Source source, Findings findings) {}

    Result check() {
        String text = document.text();
        for (int repairs = 0; ; repairs++) {
            switch (Yaml.parse(text)) {
                case Parsed.Tree tree -> {
                    return trees(tree.roots());
                }
                case Parsed.TooMuch much -> {
                    source.report(Code.TOO_LARGE, new Span(document.firstLine() + 1, 1, 1), "", much.message(), null);
                    return new Result(List.of(), true);
                }
                case Parsed.Broken broken -> {
                    Optional<Repair.Change> change =
                            repairs < MOST_REPAIRS ? Repair.of(text, broken, this::errorsIn) : Optional.empty();
                    report(broken, change.orElse(null));
                    if (change.isEmpty()) {
                        return new Result(List.of(), true);
                    }
                    text = change.get().text();
                }
            }
        }
    }

    private void report(Parsed.Broken broken, Repair.@Nullable Change change) {
        int line = document.firstLine() + (change == null ? startOf(broken) : change.line()) + 1;
        int column = change == null ? (broken.line() == startOf(broken) ? broken.column() : 0) : change.column();
        String text = source.line(line);
        boolean tab =
                text.substring(0, text.length() - text.stripLeading().length()).contains("\t");
        source.report(
                Code.NOT_YAML,
                new Span(line, column + 1, 1),
                "",
                tab ? "YAML cannot be indented with tabs" : "not readable as YAML: " + broken.message(),
                change == null ? null : change.after().strip());
    }

    /// A quote or bracket that is never closed is reported at its start, not at the end of the file.
    private static int startOf(Parsed.Broken broken) {
        return broken.message().contains("end of stream") && broken.contextLine() >= 0
                ? broken.contextLine()
                : broken.line();
    }

    private long errorsIn(String text) {
        var scratch = new Source(source.file(), text);
        if (Yaml.parse(text) instanceof Parsed.Tree tree) {
            for (Node root : tree.roots()) {
                var findings = new Findings(0);
                new Checker(scratch, findings, Documents.POLICY).check(root, Documents.POLICY, "", "");
            }
        }
        return scratch.errors();
    }

    private Result trees(List<Node> roots) {
        var policies = new ArrayList<Placed>();
        boolean found = false;
        for (Node root : roots) {
            if (!isForeign(root)) {
                found = true;
                policy(root).ifPresent(policies::add);
            }
        }
        return new Result(policies, found);
    }

    private Optional<Placed> policy(Node root) {
        var findings = new Findings(document.firstLine());
        findings.place("", findings.spanOf(root));
        long before = source.errors();
        Object value = new Checker(source, findings, Documents.POLICY).check(root, Documents.POLICY, "", "");
        new Lints(source, findings).run();
        if (!(value instanceof PolicyDocument policy) || source.errors() > before) {
            return Optional.empty();
        }
        String namespace = policy.kind() == PolicyId.Kind.EvacuationPolicy
                ? policy.metadata().namespace()
                : "";
        var id = new PolicyId(policy.kind(), namespace, policy.metadata().name());
        return Optional.of(
                new Placed(new Policy(id, policy.metadata().creationTimestamp(), policy.spec()), source, findings));
    }

    /// Whether it is an object of somebody else, such as the Deployment in the same file, or nothing at all.
    private static boolean isForeign(Node root) {
        if (root instanceof ScalarNode scalar && scalar.getValue().isBlank()) {
            return true;
        }
        Optional<String> version = scalarAt(root, "apiVersion");
        Optional<String> kind = scalarAt(root, "kind");
        return version.isPresent()
                && kind.isPresent()
                && !version.get().contains("/v1alpha1")
                && !Spelling.near(version.get(), "lifeboat.dev/v1alpha1")
                && !version.get().contains("lifeboat")
                && !kind.get().toLowerCase(java.util.Locale.ROOT).contains("policy")
                && Spelling.nearest(kind.get(), List.of("EvacuationPolicy", "ClusterEvacuationPolicy"))
                        .isEmpty();
    }

    private static Optional<String> scalarAt(Node root, String key) {
        return root instanceof MappingNode mapping
                ? mapping.getValue().stream()
                        .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode name
                                && name.getValue().equals(key))
                        .filter(tuple -> tuple.getValueNode() instanceof ScalarNode)
                        .map(tuple -> ((ScalarNode) tuple.getValueNode()).getValue())
                        .findFirst()
                : Optional.empty();
    }
}
