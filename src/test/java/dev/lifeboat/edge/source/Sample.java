package dev.lifeboat.edge.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.Drawn;
import dev.lifeboat.edge.kubernetes.NodeWatcher;
import dev.lifeboat.edge.kubernetes.Watched;
import dev.lifeboat.edge.source.azure.AzureNotices;
import dev.lifeboat.edge.source.ec2.Ec2Events;
import dev.lifeboat.edge.source.ec2.ImdsNotices;
import dev.lifeboat.edge.source.ec2.ImdsPath;
import dev.lifeboat.edge.source.gce.GceKey;
import dev.lifeboat.edge.source.gce.GceNotices;
import dev.lifeboat.edge.source.manual.ManualNotices;
import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Nodes;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// One `eviction-listeners/<source>/samples/*.json`: a payload and what we make of it.
///
/// @param file relative to the top of the checkout
/// @param event for people
public record Sample(Path file, String source, String event, Letter letter, List<String> expected) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final NodeName NODE = new NodeName("node-a");

    /// Two instances and one reservation of ours.
    public static final Nodes NODES = new Nodes() {
        @Override
        public Optional<NodeName> named(String machine) {
            return switch (machine) {
                case "i-0123456789abcdef0" -> Optional.of(NODE);
                case "i-0123456789abcdef1" -> Optional.of(new NodeName("node-b"));
                default -> Optional.empty();
            };
        }

        @Override
        public List<NodeName> inReservation(String reservation) {
            return reservation.equals("cr-0123456789abcdef0") ? List.of(NODE) : List.of();
        }
    };

    /// All samples of all sources, by name.
    public static List<Sample> all() {
        Path listeners = Drawn.top().resolve("eviction-listeners");
        try (Stream<Path> files = Files.walk(listeners)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .filter(file ->
                            listeners.relativize(file).getName(1).toString().equals("samples"))
                    .sorted()
                    .map(Sample::load)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the source's parser makes of a body that stands where this sample's stands.
    public List<Reading> read(Payload body) {
        var heard = new Letter(source, letter.about(), letter.receivedAt(), body);
        return switch (source) {
            case ImdsNotices.SOURCE -> ImdsNotices.read(imdsPath(), heard, "text/plain", NODE);
            case Ec2Events.SOURCE -> Ec2Events.read(heard, NODES, Ec2Events.HOOK_GRACE);
            case GceNotices.SOURCE -> GceNotices.read(gceKey(), heard, "tag", NODE, Duration.ofSeconds(30));
            case ManualNotices.SOURCE -> ManualNotices.read(heard);
            case AzureNotices.SOURCE -> AzureNotices.read(heard, "pool_0", NODE);
            case NodeWatcher.SOURCE -> Watched.read(heard);
            default -> throw new AssertionError("name the parser of " + source);
        };
    }

    /// A reading in the words of the samples.
    public static String words(Reading reading) {
        return switch (reading) {
            case Reading.Quiet _ -> "quiet";
            case Reading.Foreign _ -> "foreign";
            case Reading.Unreadable unreadable -> "unreadable " + unreadable.reason();
            case Reading.Understood(Notice.Preemption preemption) ->
                "preemption " + preemption.action() + " in "
                        + Duration.between(preemption.receivedAt(), preemption.closesAt());
            case Reading.Understood(Notice.Drain drain) -> "drain within " + drain.grace();
            case Reading.Understood(Notice.Advisory _) -> "advisory";
            case Reading.Understood(Notice.Death _) -> "death";
            case Reading.Understood(Notice.Withdrawal _) -> "withdrawal";
            case Reading.Understood(Notice.Canary _) -> "canary";
        };
    }

    private ImdsPath imdsPath() {
        return Arrays.stream(ImdsPath.values())
                .filter(path -> path.path().equals(letter.about()))
                .findFirst()
                .orElseThrow();
    }

    private GceKey gceKey() {
        return Arrays.stream(GceKey.values())
                .filter(key -> key.path().equals(letter.about()))
                .findFirst()
                .orElseThrow();
    }

    private static Sample load(Path file) {
        try {
            JsonNode json = MAPPER.readTree(file.toFile());
            Path relative = Drawn.top().relativize(file);
            String source = relative.getName(1).toString();
            JsonNode body = json.get("body");
            Payload payload =
                    body.isTextual() ? Payload.of(body.textValue()) : Payload.of(MAPPER.writeValueAsBytes(body));
            var expected = new ArrayList<String>();
            json.get("expect").forEach(item -> expected.add(item.textValue()));
            Instant receivedAt = Instant.parse(json.get("receivedAt").textValue());
            var letter = new Letter(source, json.get("about").textValue(), receivedAt, payload);
            return new Sample(relative, source, json.get("event").textValue(), letter, List.copyOf(expected));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return source + ": " + event;
    }
}
