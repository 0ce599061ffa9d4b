package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.DocumentCheck.Placed;
import dev.lifeboat.edge.policyfile.Problem.Span;
import dev.lifeboat.policy.Guardrails;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.policy.PolicyId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Reads policies from files, and says everything that is wrong with them in one pass.
public final class PolicyFiles {
    /// The largest file that is read: fifty times the largest policy that we ship, and still checked within a second.
    static final int MOST_BYTES = 128 * 1024;

    static final int MOST_DOCUMENTS = 200;
    private static final int MOST_FILES = 10_000;

    private PolicyFiles() {}

    /// What files came to.
    ///
    /// @param policies those without an error, in the order of the files
    /// @param problems by file and line
    public record Loaded(List<Policy> policies, List<Problem> problems, int files) {
        public Loaded {
            policies = List.copyOf(policies);
            problems = List.copyOf(problems);
        }

        public long errors() {
            return problems.stream().filter(Problem::isError).count();
        }

        public long warnings() {
            return problems.size() - errors();
        }

        /// For those who decide by them; call it only without errors.
        public Policies all() {
            if (errors() > 0) {
                throw new IllegalStateException("policies with errors are not used: " + problems.getFirst());
            }
            return new Policies(policies);
        }
    }

    /// Reads every `.yaml` and `.yml` below a directory, except `.cases.yaml`; or the one file.
    ///
    /// @throws UncheckedIOException when something cannot be read
    public static Loaded load(Path fileOrDirectory) {
        return load(List.of(fileOrDirectory));
    }

    /// The same for several; policies of one call are one set.
    public static Loaded load(List<Path> filesAndDirectories) {
        var problems = new ArrayList<Problem>();
        var policies = new ArrayList<Placed>();
        int files = 0;
        for (Path given : filesAndDirectories) {
            boolean wasNamed = !Files.isDirectory(given);
            for (Path file : wasNamed ? List.of(given) : below(given)) {
                files++;
                Source source = new PolicyText(file.toString(), bytes(file)).check(policies, wasNamed);
                problems.addAll(source.inReadingOrder());
            }
        }
        problems.addAll(together(policies));
        problems.sort(Problem.READING_ORDER);
        return new Loaded(policies.stream().map(Placed::policy).toList(), problems, files);
    }

    /// The same for one text, such as an example in the documentation.
    public static Loaded read(String file, String text) {
        var policies = new ArrayList<Placed>();
        Source source = new PolicyText(file, text.getBytes(StandardCharsets.UTF_8)).check(policies, true);
        var problems = new ArrayList<>(source.inReadingOrder());
        problems.addAll(together(policies));
        problems.sort(Problem.READING_ORDER);
        return new Loaded(policies.stream().map(Placed::policy).toList(), problems, 1);
    }

    /// What only shows between policies: names given twice, guardrails of one that another breaks.
    private static List<Problem> together(List<Placed> policies) {
        var found = new ArrayList<Problem>();
        Map<PolicyId, Placed> byId = new HashMap<>();
        var guardrails = new Policies(policies.stream().map(Placed::policy).toList()).guardrails();
        for (Placed placed : policies) {
            var scratch = new ArrayList<Problem>();
            Placed first = byId.putIfAbsent(placed.policy().id(), placed);
            if (first != null) {
                String where = first.source().file() + ":"
                        + first.findings().span("metadata.name").line();
                scratch.add(problem(
                        placed,
                        Code.DUPLICATE_NAME,
                        "metadata.name",
                        placed.policy().id() + " is also at " + where));
            }
            for (Guardrails rails : guardrails) {
                rails.brokenBy(placed.policy()).forEach(path -> {
                    if (placed.findings().isThere(path)) {
                        scratch.add(problem(
                                placed, Code.GUARDRAIL, path, "a guardrail of this set is stricter; it will hold"));
                    }
                });
            }
            found.addAll(scratch);
        }
        return found;
    }

    private static Problem problem(Placed placed, Code code, String path, String message) {
        Span span = placed.findings().span(path);
        return new Problem(
                code,
                placed.source().file(),
                span,
                path,
                message,
                null,
                placed.source().line(span.line()));
    }

    private static List<Path> below(Path directory) {
        try (Stream<Path> found = Files.walk(directory)) {
            return found.filter(Files::isRegularFile)
                    .filter(file ->
                            file.toString().endsWith(".yaml") || file.toString().endsWith(".yml"))
                    .filter(file -> !file.toString().endsWith(".cases.yaml"))
                    .limit(MOST_FILES)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Path file) {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(MOST_BYTES + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Strictly UTF-8, unlike what `new String` makes of bytes.
    static String decode(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
