package dev.lifeboat.edge.policyfile;

import dev.lifeboat.policy.Text;
import java.util.List;
import java.util.Map;

/// What a place in the file may hold, read off the types of [dev.lifeboat.policy].
sealed interface Shape {

    /// A mapping with fixed keys.
    ///
    /// @param oneOf keys of which exactly one is given; empty for none
    record Block(Class<? extends Record> type, Map<String, Entry> entries, List<String> oneOf) implements Shape {}

    /// A list.
    ///
    /// @param distinct whether the order says nothing and nothing may come twice
    record Items(Shape item, boolean distinct, int least, int most) implements Shape {}

    /// A mapping with free keys.
    record Table(Leaf key, Shape value) implements Shape {}

    /// One scalar.
    ///
    /// @param words what a choice may be
    /// @param known near misses of these are slips
    record Leaf(Form form, Class<?> type, String least, String most, Text text, List<String> words, List<String> known)
            implements Shape {}

    /// Whatever Kubernetes puts there.
    record Anything() implements Shape {}

    /// @param standard what holds when it is left out, as one would write it; empty for nothing
    record Entry(String name, Shape shape, String about, String standard, boolean required) {}

    /// How a scalar is read.
    enum Form {
        CHOICE("one of a few words"),
        WHOLE("a whole number"),
        NUMBER("a number"),
        FLAG("true or false"),
        TEXT("text"),
        DURATION("a duration such as 20s, 5m or 1h30m"),
        BYTES("a number of bytes such as 512Ki, 40Mi or 8Gi"),
        CPU("an amount of CPU such as 250m or 2"),
        MOMENT("a time such as 2026-01-31T08:00:00Z"),
        CONDITION("a CEL condition"),
        COMPLETION("a CEL condition over `response`"),
        GROUPING("a CEL expression that gives text");

        private final String words;

        Form(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        boolean isExpression() {
            return this == CONDITION || this == COMPLETION || this == GROUPING;
        }
    }
}
