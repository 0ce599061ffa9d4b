package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.KafkaNoticeLog;
import dev.lifeboat.edge.kafka.ListenerProducer;
import dev.lifeboat.edge.kafka.Wire;
import dev.lifeboat.listener.LogUnreachable;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lifeboat notice`: a person gives notice of a node.
@Command(
        name = "notice",
        mixinStandardHelpOptions = true,
        description = "Gives notice of a node by hand, as a cloud or a drain would.",
        footer = {
            "",
            "  lifeboat notice drain node-a --within 10m",
            "  lifeboat notice preemption node-a --within 2m",
            "  lifeboat notice withdrawal node-a --of ID",
            "",
            "Prints the notice's id, which a withdrawal needs. Exit codes: 0 durable in Kafka, 1 Kafka did not",
            "confirm (it may have the notice all the same), 2 wrong usage."
        })
final class NoticeCommand implements Callable<Integer> {
    private static final String SOURCE = "manual";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofDays(30);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /// What may be said by hand.
    enum Kind {
        PREEMPTION,
        DRAIN,
        ADVISORY,
        DEATH,
        WITHDRAWAL
    }

    @Parameters(paramLabel = "KIND", description = "One of preemption, drain, advisory, death, withdrawal.")
    @SuppressWarnings("NullAway.Init")
    private String kind;

    @Parameters(paramLabel = "NODE", description = "The node, as Kubernetes names it.")
    @SuppressWarnings("NullAway.Init")
    private String node;

    @Option(
            names = "--within",
            paramLabel = "TIME",
            defaultValue = "2m",
            description = "Time left, such as 90s, 10m, 1h (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String within;

    @Option(names = "--of", paramLabel = "ID", description = "What a withdrawal takes back.")
    private @Nullable String withdrawn;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "Kafka's address (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String kafka;

    @Option(names = "--json", description = "Print the notice as it stands in the topic.")
    private boolean json;

    @Override
    public Integer call() {
        Notice notice = notice(Instant.now());
        try (var producer = new ListenerProducer(kafka, PATIENCE)) {
            new KafkaNoticeLog(producer).append(List.of(notice));
        } catch (LogUnreachable e) {
            spec.commandLine().getErr().println("notice: " + e.getMessage() + "; is a broker at " + kafka + "?");
            return 1;
        }
        String line = json
                ? new String(Wire.NOTICES.write(notice), StandardCharsets.UTF_8)
                : notice.id().value();
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
        return 0;
    }

    private Notice notice(Instant now) {
        try {
            return notice(
                    Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                    new NodeName(node),
                    Durations.parse(within, LONGEST),
                    now);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new ParameterException(spec.commandLine(), "notice: " + e.getMessage(), e);
        }
    }

    /// Each call is a notice of its own: a person who says it twice means it twice.
    private Notice notice(Kind what, NodeName of, Duration left, Instant now) {
        NoticeId id = NoticeId.of(SOURCE, what.name(), of.value(), now.toString());
        return switch (what) {
            case PREEMPTION -> new Notice.Preemption(id, of, SOURCE, now, now.plus(left), Action.TERMINATE);
            case DRAIN -> new Notice.Drain(id, of, SOURCE, now, left);
            case ADVISORY -> new Notice.Advisory(id, of, SOURCE, now);
            case DEATH -> new Notice.Death(id, of, SOURCE, now);
            case WITHDRAWAL -> {
                if (withdrawn == null) {
                    throw new IllegalArgumentException("a withdrawal of what? Give --of ID");
                }
                yield new Notice.Withdrawal(id, of, SOURCE, now, new NoticeId(withdrawn));
            }
        };
    }

    /// Durations as people write them.
    private static final class Durations {
        static Duration parse(String text, Duration most) {
            if (!text.matches("[0-9]{1,6}(s|m|h)")) {
                throw new IllegalArgumentException("a time is a number with s, m or h, such as 90s: " + text);
            }
            Duration duration = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
            if (duration.compareTo(most) > 0) {
                throw new IllegalArgumentException("at most " + most.toDays() + " days: " + text);
            }
            return duration;
        }
    }
}
