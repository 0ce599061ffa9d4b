package dev.lifeboat.edge.policyfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.lifeboat.policy.Completion;
import dev.lifeboat.policy.Condition;
import dev.lifeboat.policy.Facts;
import dev.lifeboat.policy.Grouping;
import dev.lifeboat.quantity.ByteCount;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Expressions that compiled, as the policy's own types.
sealed interface CelExpression {
    ObjectMapper JSON = JsonMapper.builder().build();

    Pattern REFERENCE = Pattern.compile("\\b([a-z]+)\\.([A-Za-z0-9]+)\\b(?!\\()");

    record CelCondition(String source, CelRuntime.Program program) implements CelExpression, Condition {
        @Override
        public Verdict test(Facts facts) {
            return verdict(source, program, variables(facts));
        }
    }

    record CelCompletion(String source, CelRuntime.Program program) implements CelExpression, Completion {
        @Override
        public Condition.Verdict test(Response response) {
            var answer = new HashMap<String, Object>();
            answer.put("status", (long) response.status());
            answer.put("exitCode", (long) response.exitCode());
            answer.put("body", response.body());
            json(response.body()).ifPresent(json -> answer.put("json", json));
            return verdict(source, program, Map.of("response", answer));
        }
    }

    record CelGrouping(String source, CelRuntime.Program program) implements CelExpression, Grouping {
        @Override
        public Optional<String> key(Facts facts) {
            try {
                return program.eval(variables(facts)) instanceof String key && !key.isBlank()
                        ? Optional.of(key)
                        : Optional.empty();
            } catch (CelEvaluationException _) {
                // A label that is not there: a workload on its own.
                return Optional.empty();
            }
        }
    }

    private static Condition.Verdict verdict(String source, CelRuntime.Program program, Map<String, Object> variables) {
        try {
            Object answer = program.eval(variables);
            if (!(answer instanceof Boolean holds)) {
                return new Condition.Verdict.Undecided(seen(source, variables));
            }
            return holds ? new Condition.Verdict.Holds() : new Condition.Verdict.Fails(seen(source, variables));
        } catch (CelEvaluationException e) {
            String known = seen(source, variables);
            return new Condition.Verdict.Undecided(known.isEmpty() ? String.valueOf(e.getMessage()) : known);
        }
    }

    /// The values that the expression names.
    private static String seen(String source, Map<String, Object> variables) {
        var seen = new LinkedHashSet<String>();
        var references = REFERENCE.matcher(source);
        while (references.find()) {
            Object value = variables.get(references.group(1)) instanceof Map<?, ?> fields
                    ? fields.get(references.group(2))
                    : null;
            if (value != null || CelTypes.FACTS.variables().containsKey(references.group(1))) {
                seen.add(references.group() + " = " + words(value));
            }
        }
        return String.join(", ", seen);
    }

    private static Map<String, Object> variables(Facts facts) {
        var variables = new HashMap<String, Object>();
        for (RecordComponent component : Facts.class.getRecordComponents()) {
            Object value = read(component, facts);
            if (value != null) {
                variables.put(component.getName(), fields((Record) value));
            }
        }
        return variables;
    }

    /// As the policy would write it.
    private static String words(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof Duration duration ? Words.of(duration) : value == null ? "unknown" : value.toString();
    }

    private static Map<String, Object> fields(Record value) {
        var fields = new HashMap<String, Object>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object field = read(component, value);
            if (field != null) {
                fields.put(component.getName(), celValue(field));
            }
        }
        return fields;
    }

    private static Object celValue(Object value) {
        return switch (value) {
            case Integer number -> number.longValue();
            case ByteCount count -> count.bytes();
            case Enum<?> word -> word.name();
            default -> value;
        };
    }

    private static @org.jspecify.annotations.Nullable Object read(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record's own accessor fails: " + component, e);
        }
    }

    private static Optional<Object> json(String body) {
        try {
            return Optional.ofNullable(JSON.readValue(body, Object.class)).map(CelExpression::wide);
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }

    /// CEL's integers are 64 bits wide.
    private static Object wide(Object json) {
        return switch (json) {
            case Integer number -> number.longValue();
            case Map<?, ?> map -> {
                var wide = new HashMap<Object, Object>();
                map.forEach((key, value) -> {
                    if (value != null) {
                        wide.put(key, wide(value));
                    }
                });
                yield wide;
            }
            case java.util.List<?> list ->
                list.stream().map(CelExpression::wide).toList();
            default -> json;
        };
    }
}
