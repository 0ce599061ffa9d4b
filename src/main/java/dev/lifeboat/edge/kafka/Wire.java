package dev.lifeboat.edge.kafka;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.edge.kafka.Unreadable.Reason;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Choice;
import dev.lifeboat.plan.CpuCheck;
import dev.lifeboat.plan.Explanation;
import dev.lifeboat.plan.Hindrance;
import dev.lifeboat.plan.Progress;
import dev.lifeboat.plan.Refusal;
import dev.lifeboat.plan.RungVerdict;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The wire format of one kind of record: JSON, `{"v":1,"type":"save-failed",…}`, fields named as in the record, ids as
/// strings, times as ISO 8601. Unknown fields are passed over, so that a newer writer may add some.
public final class Wire<T> {
    /// Asked for with every record; the formats below need it when they are made.
    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            return type.getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        }
    };

    /// Written with their `type`: the kinds of records, and what evidence of decisions is made of.
    private static final List<Class<?>> SEALED = List.of(
            Notice.class,
            Report.class,
            Observation.class,
            Order.class,
            StandingOrders.class,
            JournalEvent.class,
            Estimate.class,
            Explanation.class,
            Choice.class,
            Progress.class,
            RungVerdict.class,
            Refusal.class,
            Hindrance.class,
            CpuCheck.Lack.class);

    public static final Wire<Notice> NOTICES = new Wire<>(Notice.class);
    public static final Wire<Report> REPORTS = new Wire<>(Report.class);
    public static final Wire<Order> ORDERS = new Wire<>(Order.class);
    public static final Wire<StandingOrders> STANDING_ORDERS = new Wire<>(StandingOrders.class);
    public static final Wire<JournalEvent> JOURNAL = new Wire<>(JournalEvent.class);

    /// A heartbeat of a node with a thousand workloads has about 400 kB; nothing else comes near.
    static final int MOST_BYTES = 1 << 20;

    private static final int VERSION = 1;
    private static final int DEEPEST = 20;

    /// How each record begins that we write; what others write may begin otherwise.
    private static final byte[] HEAD = ("{\"v\":" + VERSION + ",").getBytes(StandardCharsets.UTF_8);

    private static final String TYPE = "\"type\":";
    private static final int LONGEST_TYPE = 100;

    private final Class<T> kind;
    private final ObjectMapper mapper;
    private final ObjectReader reader;

    private Wire(Class<T> kind) {
        this.kind = kind;
        this.mapper = mapper();
        this.reader = mapper.readerFor(kind);
    }

    public byte[] write(T value) {
        try {
            // An object with its type at least: the version takes the place of the opening brace.
            byte[] body = mapper.writeValueAsBytes(value);
            byte[] all = Arrays.copyOf(HEAD, HEAD.length + body.length - 1);
            System.arraycopy(body, 1, all, HEAD.length, body.length - 1);
            return all;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value, e);
        }
    }

    /// @throws Unreadable with a stable reason; the bytes come from elsewhere and may be anything
    public T read(byte[] bytes) throws Unreadable {
        if (isOurs(bytes)) {
            try {
                return reader.readValue(bytes);
            } catch (IOException _) {
                // Read again with care, to say what is wrong with it.
            }
        }
        return value(envelope(bytes));
    }

    /// Whether it begins as we write it, so that nothing has to be known of the whole before its parts.
    private static boolean isOurs(byte[] bytes) {
        return bytes.length <= MOST_BYTES
                && bytes.length > HEAD.length
                && Arrays.equals(bytes, 0, HEAD.length, HEAD, 0, HEAD.length);
    }

    /// Whether it may be one of these; looks no further than its type where that comes first, as we write it.
    boolean mayBe(byte[] bytes, Set<Class<? extends T>> types) {
        if (!isOurs(bytes)) {
            return true;
        }
        String head = new String(
                bytes, HEAD.length, Math.min(bytes.length - HEAD.length, LONGEST_TYPE), StandardCharsets.UTF_8);
        return !head.startsWith(TYPE)
                || types.stream().anyMatch(type -> head.startsWith(TYPE + "\"" + name(type) + "\""));
    }

    /// The same as if the fields had not been there: what is left may be good.
    T readWithout(List<String> fields, byte[] bytes) throws Unreadable {
        ObjectNode envelope = envelope(bytes);
        envelope.remove(fields);
        return value(envelope);
    }

    private ObjectNode envelope(byte[] bytes) throws Unreadable {
        if (bytes.length > MOST_BYTES) {
            throw new Unreadable(Reason.TOO_LARGE, bytes.length + " bytes, at most " + MOST_BYTES);
        }
        ObjectNode tree = tree(bytes);
        if (!tree.path("v").isInt() || tree.path("v").intValue() != VERSION) {
            throw new Unreadable(Reason.UNKNOWN_VERSION, "v is " + tree.path("v") + ", not " + VERSION);
        }
        return tree;
    }

    private T value(ObjectNode tree) throws Unreadable {
        try {
            return mapper.treeToValue(tree, kind);
        } catch (InvalidTypeIdException e) {
            throw new Unreadable(Reason.UNKNOWN_TYPE, e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw new Unreadable(Reason.BAD_FIELD, e.getOriginalMessage());
        }
    }

    private ObjectNode tree(byte[] bytes) throws Unreadable {
        try {
            if (mapper.readTree(bytes) instanceof ObjectNode tree) {
                return tree;
            }
            throw new Unreadable(Reason.NOT_JSON, "not a JSON object");
        } catch (JsonProcessingException e) {
            throw new Unreadable(Reason.NOT_JSON, e.getOriginalMessage());
        } catch (IOException e) {
            throw new Unreadable(Reason.NOT_JSON, String.valueOf(e.getMessage()));
        }
    }

    private static ObjectMapper mapper() {
        var factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxDocumentLength(MOST_BYTES)
                        .build())
                .build();
        var mapper = JsonMapper.builder(factory)
                .addModule(new JavaTimeModule())
                .addModule(ids())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
                .annotationIntrospector(new NullMarked())
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        SEALED.forEach(root -> {
            mapper.addMixIn(root, Typed.class);
            variants(root).forEach(type -> mapper.registerSubtypes(new NamedType(type, name(type))));
        });
        return mapper;
    }

    private static SimpleModule ids() {
        var module = new SimpleModule("ids");
        add(module, NodeName.class, NodeName::new);
        add(module, NoticeId.class, NoticeId::new);
        add(module, MigrationId.class, MigrationId::new);
        add(module, CheckpointId.class, CheckpointId::new);
        add(module, WorkloadId.class, WorkloadId::parse);
        return module;
    }

    private static <I> void add(SimpleModule module, Class<I> type, Function<String, I> parse) {
        module.addSerializer(type, ToStringSerializer.instance);
        module.addDeserializer(type, new Id<>(type, parse));
    }

    /// Every record under a sealed interface.
    static Stream<Class<?>> variants(Class<?> sealed) {
        return sealed.isSealed()
                ? Stream.of(sealed.getPermittedSubclasses()).flatMap(Wire::variants)
                : Stream.of(sealed);
    }

    /// `SaveFailed` is `save-failed`.
    static String name(Class<?> type) {
        return NAMES.get(type);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    private interface Typed {}

    /// What is not `@Nullable` must be there.
    private static final class NullMarked extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasRequiredMarker(AnnotatedMember member) {
            return component(member).map(component -> !isNullable(component)).orElse(false);
        }

        @Override
        public JsonSetter.Value findSetterInfo(Annotated annotated) {
            return component(annotated)
                    .map(component -> JsonSetter.Value.forValueNulls(isNullable(component) ? Nulls.SET : Nulls.FAIL))
                    .orElseGet(JsonSetter.Value::empty);
        }

        private static boolean isNullable(RecordComponent component) {
            return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        }

        private static Optional<RecordComponent> component(Annotated annotated) {
            if (!(annotated instanceof AnnotatedMember member)
                    || !member.getDeclaringClass().isRecord()) {
                return Optional.empty();
            }
            RecordComponent[] components = member.getDeclaringClass().getRecordComponents();
            return member instanceof AnnotatedParameter parameter
                    ? Optional.of(components[parameter.getIndex()])
                    : Stream.of(components)
                            .filter(component -> component.getName().equals(member.getName()))
                            .findFirst();
        }
    }

    private static final class Id<I> extends FromStringDeserializer<I> {
        private final transient Function<String, I> parse;

        Id(Class<I> type, Function<String, I> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        protected I _deserialize(String value, DeserializationContext context) throws IOException {
            try {
                return parse.apply(value);
            } catch (IllegalArgumentException e) {
                throw context.weirdStringException(value, _valueClass, String.valueOf(e.getMessage()));
            }
        }
    }
}
