package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.DocumentCheck.Placed;
import dev.lifeboat.edge.policyfile.Problem.Span;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The bytes of one file, until they are documents.
final class PolicyText {
    private final String file;
    private final byte[] bytes;

    PolicyText(String file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /// Checks it, and adds what came of it to `policies`.
    ///
    /// @param wasNamed by the caller, rather than found in a directory: then it has to hold a policy
    Source check(List<Placed> policies, boolean wasNamed) {
        if (bytes.length > PolicyFiles.MOST_BYTES) {
            return refused("", Code.TOO_LARGE, 1, "larger than " + PolicyFiles.MOST_BYTES / 1024 + " KiB");
        }
        String text;
        try {
            text = PolicyFiles.decode(bytes);
        } catch (CharacterCodingException _) {
            String readable = new String(bytes, StandardCharsets.ISO_8859_1);
            return refused(readable, Code.NOT_TEXT, lineOfBadByte(), "not UTF-8; save the file as UTF-8");
        }
        var source = new Source(file, text);
        int control = controlCharacter(text);
        if (control >= 0) {
            String name = "U+%04X".formatted((int) text.charAt(control));
            String message = "control character " + name + "; remove it";
            return refused(
                    text,
                    Code.NOT_TEXT,
                    (int) text.substring(0, control).lines().count(),
                    message);
        }
        List<Yaml.Document> documents = Yaml.split(text);
        if (documents.size() > PolicyFiles.MOST_DOCUMENTS) {
            return refused(
                    text, Code.TOO_LARGE, 1, "more than " + PolicyFiles.MOST_DOCUMENTS + " documents in one file");
        }
        boolean found = false;
        for (Yaml.Document document : documents) {
            var result = new DocumentCheck(source, document).check();
            policies.addAll(result.policies());
            found |= result.found();
        }
        if (!found && wasNamed) {
            source.report(Code.NOT_A_POLICY, new Span(1, 1, 1), "", "holds no EvacuationPolicy", null);
        }
        return source;
    }

    private Source refused(String text, Code code, int line, String message) {
        var source = new Source(file, text);
        source.report(code, new Span(Math.max(1, line), 1, 1), "", message, null);
        return source;
    }

    private int lineOfBadByte() {
        int line = 1;
        for (String part : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
            if (part.indexOf('\uFFFD') >= 0) {
                return line;
            }
            line++;
        }
        return 1;
    }

    private static int controlCharacter(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' && c != '\n' && c != '\r' && c != '\t') {
                return i;
            }
        }
        return -1;
    }
}
