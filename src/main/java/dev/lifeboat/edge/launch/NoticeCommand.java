package dev.lifeboat.edge.launch;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.Canary;
import dev.lifeboat.edge.kafka.KafkaNoticeLog;
import dev.lifeboat.edge.kafka.ListenerProducer;
import dev.lifeboat.edge.kafka.Wire;
import dev.lifeboat.edge.source.manual.ManualNotices;
import dev.lifeboat.edge.source.manual.NoticeClient;
import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.LogUnreachable;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lifeboat notice`: a person gives notice of a node, or lets a canary fly.
@Command(
        name = "notice",
        mixinStandardHelpOptions = true,
        description = "Gives notice of a node by hand, as a cloud or a drain would.",
        footer = {
            "",
            "  lifeboat notice drain node-a --within 10m",
            "  lifeboat notice preemption node-a --within 2m --http http://127.0.0.1:8080",
            "  lifeboat notice withdrawal node-a --of ID",
            "  lifeboat notice --canary node-a --wait",
            "",
            "Prints the notice's id, which a withdrawal needs. A canary goes to Kafka, is decided on and acknowledged by"
                    + " the node's agent, and touches no workload; --wait shows when it was where.",
            "Exit codes: 0 durable (a canary with --wait: it came back), 1 not confirmed (it may have arrived all the"
                    + " same; a canary: it did not come back in time), 2 wrong usage."
        })
final class NoticeCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// Agents speak once a second.
    private static final Duration ROLL_CALL = Duration.ofSeconds(3);

    private static final String EVERY_NODE = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            index = "0",
            paramLabel = "KIND",
            description = "One of preemption, drain, advisory, death, withdrawal.")
    private @Nullable String kind;

    @Parameters(arity = "0..1", index = "1", paramLabel = "NODE", description = "The node, as Kubernetes names it.")
    private @Nullable String node;

    @Option(names = "--within", paramLabel = "TIME", description = "Time left, such as 90s, 10m, 1h (default 2m).")
    private @Nullable String within;

    @Option(names = "--of", paramLabel = "ID", description = "What a withdrawal takes back.")
    private @Nullable String withdrawn;

    @Option(
            names = "--canary",
            arity = "0..1",
            fallbackValue = EVERY_NODE,
            paramLabel = "NODE",
            description = "Send a canary to this node, or to every node whose agent is heard.")
    private @Nullable String canary;

    @Option(names = "--wait", description = "Watch the canary in Kafka until it is back.")
    private boolean waits;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long a canary may take (default ${DEFAULT-VALUE}).")
    private int patience;

    @Option(names = "--http", paramLabel = "URL", description = "Tell the listener at this address, not Kafka.")
    private @Nullable URI http;

    @Option(names = "--token-file", paramLabel = "FILE", description = "The bearer token that the listener asks for.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "Kafka's address (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String kafka;

    @Option(names = "--json", description = "Print JSON: the notice as it stands in the topic, or the canary's hops.")
    private boolean json;

    /// Where a notice goes.
    private interface Way {
        Said say(ObjectNode notice) throws IOException, InterruptedException;
    }

    /// @param form the notice as it stands in the topic, or what the listener answered
    private record Said(NoticeId id, String form) {}

    @Override
    public Integer call() throws InterruptedException {
        var slow = CompletableFuture.runAsync(
                this::sayThatItTakesTime, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
        try {
            ObjectNode first = canary == null ? words() : null;
            return http == null ? throughKafka(Roles.brokers(kafka), first) : throughHttp(first, http);
        } catch (IllegalArgumentException mistake) {
            throw new ParameterException(spec.commandLine(), mistake.getMessage(), mistake);
        } catch (LogUnreachable e) {
            return failed(e.getMessage());
        } catch (KafkaException e) {
            return failed(Roles.brokers(kafka).why(e));
        } catch (IOException e) {
            return failed((e.getMessage() == null ? e.toString() : e.getMessage()) + "; is a listener at " + http
                    + ", with its source `manual` on?");
        } finally {
            slow.cancel(false);
        }
    }

    private void sayThatItTakesTime() {
        String whom = http == null ? "Kafka at " + kafka : "the listener at " + http;
        tell(
                canary != null && waits
                        ? "watching canaries in Kafka at " + kafka + ", for up to " + patience + " s each"
                        : "no answer from " + whom + " yet; waiting for up to " + PATIENCE.toSeconds() + " s");
    }

    private int throughKafka(Brokers brokers, @Nullable ObjectNode first) throws IOException, InterruptedException {
        try (var producer = new ListenerProducer(brokers, PATIENCE)) {
            var log = new KafkaNoticeLog(producer);
            return speak(first, notice -> {
                Notice said = understood(notice);
                log.append(List.of(said));
                return new Said(said.id(), new String(Wire.NOTICES.write(said), StandardCharsets.UTF_8));
            });
        }
    }

    private int throughHttp(@Nullable ObjectNode first, URI listener) throws IOException, InterruptedException {
        try (var client = new NoticeClient(listener, tokenFile, PATIENCE)) {
            return speak(first, notice -> {
                var answer = client.send(notice.toString().getBytes(StandardCharsets.UTF_8));
                if (!answer.accepted()) {
                    throw new IOException("the listener refuses: " + answer.words());
                }
                return new Said(new NoticeId(answer.id()), answer.body());
            });
        }
    }

    private int speak(@Nullable ObjectNode notice, Way way) throws IOException, InterruptedException {
        if (notice != null) {
            Said said = way.say(notice);
            print(json ? said.form() : said.id().value());
            return 0;
        }
        String node = String.valueOf(canary);
        if (!waits) {
            if (node.isEmpty()) {
                throw new IllegalArgumentException("which node? Give --canary NODE, or --wait to find them");
            }
            print(way.say(words("canary", node)).id().value());
            return 0;
        }
        try (var watch = Canary.watch(Roles.brokers(kafka), Duration.ofSeconds(patience))) {
            Collection<NodeName> nodes = node.isEmpty() ? heard(watch) : List.of(new NodeName(node));
            if (nodes.isEmpty()) {
                return failed("no agent was heard within " + patience + " s: is one running?");
            }
            int worst = 0;
            for (NodeName each : nodes) {
                worst = Math.max(worst, fly(each, watch, way));
            }
            return worst;
        }
    }

    /// Until nobody new is heard of: on busy machines some are late.
    private Collection<NodeName> heard(Canary watch) {
        long end = System.nanoTime() + Duration.ofSeconds(patience).toNanos();
        var heard = new LinkedHashSet<NodeName>();
        boolean more = true;
        while (more && System.nanoTime() < end) {
            more = heard.addAll(watch.nodes(ROLL_CALL)) || heard.isEmpty();
        }
        return heard;
    }

    private int fly(NodeName to, Canary watch, Way way) throws IOException, InterruptedException {
        watch.said();
        NoticeId id = way.say(words("canary", to.value())).id();
        Map<Canary.Hop, Duration> hops = watch.follow(id, Duration.ofSeconds(patience));
        boolean back = hops.containsKey(Canary.Hop.ACKNOWLEDGED);
        if (json) {
            var figures =
                    new JsonMapper().createObjectNode().put("node", to.value()).put("id", id.value());
            hops.forEach((hop, at) -> figures.put(hop.name().toLowerCase(Locale.ROOT) + "Millis", at.toMillis()));
            print(figures.put("back", back).toString());
            return back ? 0 : 1;
        }
        print("canary " + id + " to " + to);
        for (Canary.Hop hop : Canary.Hop.values()) {
            Duration at = hops.get(hop);
            if (at == null) {
                return failed("the canary did not come as far as '" + hop.words() + "' within " + patience + " s: "
                        + hop.question());
            }
            print("  %-12s after %5d ms".formatted(hop.words(), at.toMillis()));
        }
        return 0;
    }

    private ObjectNode words() {
        if (kind == null || node == null) {
            throw new IllegalArgumentException("what, and of which node? Give KIND and NODE, or --canary");
        }
        ObjectNode words = words(kind.toLowerCase(Locale.ROOT), node);
        if (within != null) {
            words.put("within", within);
        }
        if (withdrawn != null) {
            words.put("of", withdrawn);
        }
        understood(words);
        return words;
    }

    private static ObjectNode words(String kind, String node) {
        return new JsonMapper().createObjectNode().put("kind", kind).put("node", node);
    }

    /// Read by the same parser as what comes over HTTP.
    private static Notice understood(ObjectNode words) {
        var letter = new Letter(ManualNotices.SOURCE, "notice", Instant.now(), Payload.of(words.toString()));
        return switch (ManualNotices.read(letter).getFirst()) {
            case Reading.Understood(Notice notice) -> notice;
            case Reading.Unreadable unreadable -> throw new IllegalArgumentException(unreadable.detail());
            case Reading.Quiet _, Reading.Foreign _ -> throw new IllegalStateException("a person's word is neither");
        };
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    private int failed(@Nullable String why) {
        tell(why);
        return 1;
    }

    private void tell(@Nullable String words) {
        spec.commandLine().getErr().println("lifeboat notice: " + words);
        spec.commandLine().getErr().flush();
    }
}
