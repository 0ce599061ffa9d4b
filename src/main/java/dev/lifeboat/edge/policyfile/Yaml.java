package dev.lifeboat.edge.policyfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// Reads YAML into nodes that know their place.
final class Yaml {
    /// The deepest place of a policy is 8 levels down.
    private static final int MAX_DEPTH = 32;

    /// Enough for every policy that repeats itself by anchors; an alias bomb needs more.
    private static final int MAX_ALIASES = 50;

    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setAllowDuplicateKeys(true)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setSchema(new CoreSchema())
            .build();

    private Yaml() {}

    /// One document of a file.
    ///
    /// @param text with the line ends that it has in the file
    /// @param firstLine line of the file that the text begins on, from 0
    record Document(String text, int firstLine) {}

    /// What a text came to.
    sealed interface Parsed {
        /// @param roots one per document; empty when there is nothing but comments
        record Tree(List<Node> roots) implements Parsed {
            public Tree {
                roots = List.copyOf(roots);
            }
        }

        /// @param line of the problem, from 0
        /// @param contextLine where what is broken began, from 0; -1 where that is not known
        record Broken(int line, int column, int contextLine, String message) implements Parsed {}

        record TooMuch(String message) implements Parsed {}
    }

    /// Splits at `---`, so that one broken document does not hide the others.
    static List<Document> split(String text) {
        var documents = new ArrayList<Document>();
        var current = new StringBuilder();
        int first = 0;
        int number = 0;
        for (String line : text.split("(?<=\n)", -1)) {
            boolean marker = line.startsWith("---") && (line.length() == 3 || Character.isWhitespace(line.charAt(3)));
            if (marker && !blank(current)) {
                documents.add(new Document(current.toString(), first));
                current.setLength(0);
                first = number;
            }
            current.append(line);
            number++;
        }
        documents.add(new Document(current.toString(), first));
        return documents;
    }

    static Parsed parse(String text) {
        try {
            Optional<Parsed> tooDeep = tooDeep(text);
            if (tooDeep.isPresent()) {
                return tooDeep.get();
            }
            var roots = new ArrayList<Node>();
            new Compose(SETTINGS).composeAllFromString(text).forEach(roots::add);
            return new Parsed.Tree(roots);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine()).orElse(0);
            int column = e.getProblemMark().map(mark -> mark.getColumn()).orElse(0);
            int context = e.getContextMark().map(mark -> mark.getLine()).orElse(-1);
            return new Parsed.Broken(line, column, context, words(e));
        } catch (YamlEngineException e) {
            String message = String.valueOf(e.getMessage());
            return message.contains("aliases")
                    ? new Parsed.TooMuch("more than " + MAX_ALIASES + " aliases: written out, this is not a policy")
                    : new Parsed.Broken(0, 0, -1, message);
        }
    }

    private static Optional<Parsed> tooDeep(String text) {
        int depth = 0;
        for (Event event : new Parse(SETTINGS).parseString(text)) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                case Alias, Comment, DocumentEnd, DocumentStart, Scalar, StreamEnd, StreamStart -> {}
            }
            if (depth > MAX_DEPTH) {
                return Optional.of(new Parsed.TooMuch("nested more than " + MAX_DEPTH + " levels deep"));
            }
        }
        return Optional.empty();
    }

    private static String words(MarkedYamlEngineException e) {
        @Nullable String problem = e.getProblem();
        return problem == null ? "not readable as YAML" : problem;
    }

    private static boolean blank(CharSequence text) {
        return text.toString().lines().allMatch(line -> line.isBlank() || line.startsWith("#") || line.startsWith("%"));
    }
}
