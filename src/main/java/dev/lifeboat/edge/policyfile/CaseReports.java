package dev.lifeboat.edge.policyfile;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.edge.policyfile.CaseFiles.Ran;
import dev.lifeboat.plan.Refusal;
import dev.lifeboat.plan.RungVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What cases came to: for people, for programs, and for CI servers.
///
/// @param refusals why a rung was not taken, in words
record CaseReports(Function<Refusal, String> refusals) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    String text(Ran ran) {
        var text = new StringBuilder(TextReport.of(ran.problems()));
        for (CaseRun run : ran.runs()) {
            CaseRun.Place at = run.place();
            text.append(run.passed() ? "ok    " : "FAIL  ")
                    .append("%s:%d: %s%n".formatted(at.file(), at.line(), at.name()));
            if (!run.passed()) {
                complaints(run).forEach(line -> text.append("        %s%n".formatted(line)));
            }
        }
        return text.append("%d passed, %d failed%n".formatted(ran.runs().size() - ran.failed(), ran.failed()))
                .toString();
    }

    /// `{passed, failed, cases, problems}`. A case: `file, line, name, workload, passed`, `differences` (each `field`,
    /// `expected`, `got`) and `ladder` (each `rung`, `taken`, `code`, `why`; the last two null when it was taken).
    /// `problems` are those of `policy lint --json`.
    String json(Ran ran) {
        ObjectNode root = JSON.createObjectNode()
                .put("passed", ran.runs().size() - ran.failed())
                .put("failed", ran.failed());
        ArrayNode cases = root.putArray("cases");
        ran.runs().forEach(run -> put(run, cases.addObject()));
        JsonReports.problems(ran.problems(), root.putArray("problems"));
        return root.toPrettyString() + System.lineSeparator();
    }

    private void put(CaseRun run, ObjectNode node) {
        node.put("file", run.place().file())
                .put("line", run.place().line())
                .put("name", run.place().name())
                .put("workload", run.workload())
                .put("passed", run.passed());
        ArrayNode differences = node.putArray("differences");
        run.differences()
                .forEach(it -> differences
                        .addObject()
                        .put("field", it.field())
                        .put("expected", it.expected())
                        .put("got", it.got()));
        ArrayNode ladder = node.putArray("ladder");
        for (RungVerdict verdict : run.ladder()) {
            ObjectNode rung = ladder.addObject().put("rung", verdict.rung());
            switch (verdict) {
                case RungVerdict.Taken _ ->
                    rung.put("taken", true).putNull("code").putNull("why");
                case RungVerdict.Refused it ->
                    rung.put("taken", false)
                            .put("code", it.refusal().code().name())
                            .put("why", refusals.apply(it.refusal()));
            }
        }
    }

    /// The form that Ant's JUnit task made common.
    String junit(Ran ran) {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append("<testsuite name=\"lifeboat policy test\" tests=\"%d\" failures=\"%d\" errors=\"%d\">\n"
                .formatted(
                        ran.runs().size() + ran.problems().size(),
                        ran.failed(),
                        ran.problems().size()));
        ran.runs().forEach(run -> xml.append(testcase(run)));
        for (Problem problem : ran.problems()) {
            xml.append("  <testcase classname=\"%s\" name=\"loads\"><error message=\"%s\"/></testcase>\n"
                    .formatted(escaped(problem.file()), escaped(problem.headline())));
        }
        return xml.append("</testsuite>\n").toString();
    }

    private String testcase(CaseRun run) {
        CaseRun.Place at = run.place();
        String head = "  <testcase classname=\"%s\" name=\"%s\" file=\"%s\" line=\"%d\""
                .formatted(escaped(at.file()), escaped(at.name()), escaped(at.file()), at.line());
        if (run.passed()) {
            return head + "/>\n";
        }
        List<String> differences =
                run.differences().stream().map(CaseRun.Difference::toString).toList();
        String details = String.join(
                "\n", complaints(run).stream().map(CaseReports::escaped).toList());
        return "%s><failure message=\"%s\">%s</failure></testcase>\n"
                .formatted(head, escaped(String.join("; ", differences)), details);
    }

    /// What differs, and what became of each rung.
    private List<String> complaints(CaseRun run) {
        var lines = new ArrayList<String>();
        run.differences().forEach(difference -> lines.add(difference.toString()));
        for (RungVerdict verdict : run.ladder()) {
            lines.add(
                    switch (verdict) {
                        case RungVerdict.Taken it -> "rung " + it.rung() + ": taken";
                        case RungVerdict.Refused it ->
                            "rung %s: %s, %s".formatted(it.rung(), it.refusal().code(), refusals.apply(it.refusal()));
                    });
        }
        return lines;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replaceAll("[\\x00-\\x1f]", " ");
    }
}
