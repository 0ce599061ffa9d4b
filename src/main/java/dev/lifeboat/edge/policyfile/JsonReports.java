package dev.lifeboat.edge.policyfile;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.edge.policyfile.PolicyFiles.Loaded;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/// Findings for programs.
final class JsonReports {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CODES = "docs/reference/lint-codes.md";

    private JsonReports() {}

    /// `{files, policies, errors, warnings, problems: [{file, line, column, length, severity, code, path, message,
    /// suggestion, excerpt, docs}]}`; `suggestion` is null where there is none.
    static String plain(Loaded loaded) {
        ObjectNode root = JSON.createObjectNode()
                .put("files", loaded.files())
                .put("policies", loaded.policies().size())
                .put("errors", loaded.errors())
                .put("warnings", loaded.warnings());
        problems(loaded.problems(), root.putArray("problems"));
        return root.toPrettyString();
    }

    static void problems(List<Problem> found, ArrayNode problems) {
        for (Problem problem : found) {
            problems.addObject()
                    .put("file", problem.file())
                    .put("line", problem.span().line())
                    .put("column", problem.span().column())
                    .put("length", problem.span().length())
                    .put("severity", problem.code().severity().word())
                    .put("code", problem.code().id())
                    .put("path", problem.path())
                    .put("message", problem.message())
                    .put("suggestion", problem.suggestion())
                    .put("excerpt", problem.excerpt())
                    .put("docs", CODES + "#" + problem.code().id().toLowerCase(java.util.Locale.ROOT));
        }
    }

    /// SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0, read 2026-11).
    static String sarif(Loaded loaded) {
        ObjectNode root = JSON.createObjectNode()
                .put("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
                .put("version", "2.1.0");
        ObjectNode run = root.putArray("runs").addObject();
        run.put("columnKind", "unicodeCodePoints");
        ObjectNode driver = run.putObject("tool").putObject("driver").put("name", "lifeboat policy lint");
        ArrayNode rules = driver.putArray("rules");
        for (Code code : Code.values()) {
            ObjectNode rule = rules.addObject().put("id", code.id());
            rule.putObject("shortDescription").put("text", code.title());
            rule.putObject("fullDescription").put("text", code.reason());
            rule.putObject("defaultConfiguration").put("level", code.severity().word());
        }
        ArrayNode results = run.putArray("results");
        loaded.problems().forEach(problem -> result(results.addObject(), problem));
        return root.toPrettyString();
    }

    /// A reference as RFC 3986 wants it: a file may have a blank in its name.
    private static String uri(String file) {
        try {
            return new URI(null, null, file.replace('\\', '/'), null).getRawPath();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(file, e);
        }
    }

    private static void result(ObjectNode result, Problem problem) {
        String advice = problem.suggestion() == null ? "" : "; did you mean: " + problem.suggestion();
        result.put("ruleId", problem.code().id())
                .put("level", problem.code().severity().word());
        result.putObject("message").put("text", problem.path() + ": " + problem.message() + advice);
        ObjectNode location = result.putArray("locations").addObject().putObject("physicalLocation");
        location.putObject("artifactLocation").put("uri", uri(problem.file()));
        location.putObject("region")
                .put("startLine", problem.span().line())
                .put("startColumn", problem.span().column())
                .put("endColumn", problem.span().column() + problem.span().length());
    }
}
