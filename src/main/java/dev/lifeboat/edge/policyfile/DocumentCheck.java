package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Documents.PolicyDocument;
import dev.lifeboat.edge.policyfile.Problem.Span;
import dev.lifeboat.edge.policyfile.Yaml.Parsed;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.policy.PolicyId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Checks one YAML document: readable, of the right shape, sensible.
final class DocumentCheck {
    /// A file with more broken lines than this is another kind of file.
    private static final int MOST_REPAIRS = 8;

    /// What lines in the wrong order can look like; values stay as they are.
    private static final Set<Code> OF_SHAPE = EnumSet.of(
            Code.UNKNOWN_KEY,
            Code.WRONG_TYPE,
            Code.WRONG_NESTING,
            Code.MISSING_KEY,
            Code.NOT_EXACTLY_ONE,
            Code.NOTHING_MATCHED);

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
                    Optional<Repair.Change> swap = repairs == 0 ? swapped(text) : Optional.empty();
                    if (swap.isEmpty()) {
                        return trees(tree.roots());
                    }
                    report(swap.get(), "this line and the one below have changed places");
                    text = swap.get().text();
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
        if (change != null) {
            String text = source.line(document.firstLine() + change.line() + 1);
            boolean tab = text.substring(0, LineEdits.indent(text)).contains("\t");
            report(change, tab ? "YAML cannot be indented with tabs" : "not readable as YAML: " + broken.message());
            return;
        }
        int line = document.firstLine() + startOf(broken) + 1;
        int column = broken.line() == startOf(broken) ? broken.column() : 0;
        source.report(
                Code.NOT_YAML, new Span(line, column + 1, 1), "", "not readable as YAML: " + broken.message(), null);
    }

    private void report(Repair.Change change, String message) {
        Span span = new Span(document.firstLine() + change.line() + 1, change.column() + 1, 1);
        source.report(Code.NOT_YAML, span, "", message, change.advice());
    }

    /// Two lines in each other's place can be readable and yet make no sense.
    private Optional<Repair.Change> swapped(String text) {
        Source scratch = checked(text);
        List<Problem> errors =
                scratch.problems().stream().filter(Problem::isError).toList();
        boolean repairable = !errors.isEmpty()
                && errors.size() <= MOST_REPAIRS
                && text.length() <= Repair.LARGEST_TEXT
                && errors.stream().allMatch(error -> OF_SHAPE.contains(error.code()));
        List<Integer> near =
                errors.stream().map(error -> error.span().line() - 1).toList();
        return repairable
                ? Swap.of(text, near, changed -> isReadable(changed) ? errorsIn(changed) : 1)
                : Optional.empty();
    }

    private static boolean isReadable(String text) {
        return Yaml.parse(text) instanceof Parsed.Tree;
    }

    /// A quote or bracket that is never closed is reported at its start, not at the end of the file.
    private static int startOf(Parsed.Broken broken) {
        return broken.message().contains("end of stream") && broken.contextLine() >= 0
                ? broken.contextLine()
                : broken.line();
    }

    private long errorsIn(String text) {
        return checked(text).errors();
    }

    /// What its shape comes to, lines counted from its own first.
    private Source checked(String text) {
        var scratch = new Source(source.file(), text);
        if (Yaml.parse(text) instanceof Parsed.Tree tree) {
            tree.roots().stream()
                    .filter(root -> !isForeign(root))
                    .forEach(root -> new Checker(scratch, new Findings(0), Documents.POLICY)
                            .check(root, Documents.POLICY, "", ""));
        }
        return scratch;
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
        // Walked twice: where a block lacks a key is told by what stands in a wrong place further down.
        var scratch = new Source(source.file(), "");
        new Checker(scratch, findings, Documents.POLICY).check(root, Documents.POLICY, "", "");
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
