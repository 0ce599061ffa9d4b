package dev.lifeboat.edge.policyfile;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.lifeboat.policy.Facts;
import dev.lifeboat.quantity.ByteCount;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The variables of CEL and their types, read off the records that carry them.
final class CelTypes implements CelTypeProvider {
    /// What `when` and `by` may ask about.
    static final CelTypes FACTS = new CelTypes(facts());

    /// What `doneWhen` may ask about.
    static final CelTypes RESPONSE = new CelTypes(ImmutableMap.of(
            "response",
            ImmutableMap.of(
                    "status", SimpleType.INT,
                    "exitCode", SimpleType.INT,
                    "body", SimpleType.STRING,
                    "json", SimpleType.DYN)));

    private final ImmutableMap<String, ImmutableMap<String, CelType>> fields;
    private final ImmutableMap<String, CelType> types;

    private CelTypes(ImmutableMap<String, ImmutableMap<String, CelType>> fields) {
        this.fields = fields;
        var structs = new LinkedHashMap<String, CelType>();
        fields.forEach((variable, members) -> structs.put(
                variable,
                StructType.create(
                        variable,
                        ImmutableSet.copyOf(members.keySet()),
                        field -> Optional.ofNullable(members.get(field)))));
        this.types = ImmutableMap.copyOf(structs);
    }

    Map<String, CelType> variables() {
        return types;
    }

    /// Names of what can be asked of a variable; empty when there is no such variable.
    List<String> fieldsOf(String variable) {
        return fields.getOrDefault(variable, ImmutableMap.of()).keySet().stream()
                .sorted()
                .toList();
    }

    /// As CEL calls it.
    String typeOf(String variable, String field) {
        return Optional.ofNullable(fields.get(variable))
                .map(members -> members.get(field))
                .map(type -> type.equals(SimpleType.DURATION) ? "duration" : type.name())
                .orElse("none");
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.copyOf(types.values());
    }

    @Override
    public Optional<CelType> findType(String name) {
        return Optional.ofNullable(types.get(name));
    }

    private static ImmutableMap<String, ImmutableMap<String, CelType>> facts() {
        var all = new LinkedHashMap<String, ImmutableMap<String, CelType>>();
        for (RecordComponent variable : Facts.class.getRecordComponents()) {
            var members = new LinkedHashMap<String, CelType>();
            for (RecordComponent field : variable.getType().getRecordComponents()) {
                members.put(field.getName(), celType(field.getType()));
            }
            all.put(variable.getName(), ImmutableMap.copyOf(members));
        }
        return ImmutableMap.copyOf(all);
    }

    private static CelType celType(Class<?> type) {
        if (type == Duration.class) {
            return SimpleType.DURATION;
        }
        if (type == boolean.class) {
            return SimpleType.BOOL;
        }
        if (type == int.class || type == ByteCount.class) {
            return SimpleType.INT;
        }
        return type == Map.class ? MapType.create(SimpleType.STRING, SimpleType.STRING) : SimpleType.STRING;
    }
}
