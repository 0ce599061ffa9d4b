package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.CaseFiles.Ran;

/// Results as the XML that CI servers read (the form that Ant's JUnit task made common).
final class JUnitReport {
    private JUnitReport() {}

    static String of(Ran ran) {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append("<testsuite name=\"lifeboat policy test\" tests=\"%d\" failures=\"%d\" errors=\"%d\">\n"
                .formatted(
                        ran.runs().size() + ran.problems().size(),
                        ran.failed(),
                        ran.problems().size()));
        for (CaseRun run : ran.runs()) {
            xml.append("  <testcase classname=\"%s\" name=\"%s\"".formatted(escaped(run.file()), escaped(run.name())));
            String complaint = run.complaint();
            xml.append(
                    complaint == null
                            ? "/>\n"
                            : "><failure message=\"%s\"/></testcase>\n".formatted(escaped(complaint)));
        }
        for (Problem problem : ran.problems()) {
            xml.append("  <testcase classname=\"%s\" name=\"loads\"><error message=\"%s\"/></testcase>\n"
                    .formatted(escaped(problem.file()), escaped(problem.headline())));
        }
        return xml.append("</testsuite>\n").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replaceAll("[\\x00-\\x1f]", " ");
    }
}
