package dev.lifeboat.edge.source.azure;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.edge.source.MetadataHttp;
import dev.lifeboat.listener.Hold;
import dev.lifeboat.notice.Notice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;

/// A scheduled event that may start before its time once we agree: the machine is not paid for, and
/// whoever waits for the maintenance waits less.
///
/// Source: "Scheduled Events for Linux VMs", section "Start an event", Azure documentation, read 2026-11.
///
/// @param event its `EventId`
record Approval(MetadataHttp http, URI events, String event, Notice notice) implements Hold {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static String name(String event) {
        return "azure " + event;
    }

    @Override
    public String name() {
        return name(event);
    }

    /// Azure waits until `NotBefore` by itself.
    @Override
    public Optional<Duration> beat() {
        return Optional.empty();
    }

    @Override
    public Answer extend() {
        return Answer.DONE;
    }

    @Override
    public Answer release() {
        var body = JSON.createObjectNode();
        body.putArray("StartRequests").addObject().put("EventId", event);
        var request = HttpRequest.newBuilder(events)
                .header("Metadata", "true")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
            return switch (http.send(request, LIMIT).statusCode()) {
                case 200 -> Answer.DONE;
                // It has started, or was called off.
                case 400 -> Answer.OVER;
                default -> Answer.AGAIN;
            };
        } catch (IOException e) {
            return Answer.AGAIN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.AGAIN;
        }
    }

    @Override
    public void drop() {
        // Azure goes on at its time.
    }
}
