package dev.lifeboat.edge.source.manual;

import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Outcome;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.listener.Tally;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.notice.Notice;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.InstantSource;
import java.util.List;

/// `POST` of one notice, see [ManualNotices].
///
/// | answer | meaning |
/// |---|---|
/// | 202 `{"id":…,"outcome":"ACCEPTED"}` | durable in Kafka; `DUPLICATE`: it was before; `SPOOLED`: on this machine,
/// Kafka is away |
/// | 400 | it is no notice; `reason` as in the reference of notices |
/// | 401, 403 | `UNAUTHORIZED`: the bearer token is wrong; `FORBIDDEN`: there is none, and only this machine may speak
/// |
/// | 413, 415 | `TOO_LARGE`; `WRONG_CONTENT_TYPE`: say `application/json` |
/// | 503 | `REFUSED`: neither Kafka nor the spool took it; say it again |
///
/// Every answer but 202 has the form `{"reason":…,"detail":…}`. What cannot be read is answered and counted, not put
/// among the dead letters: whoever wrote it has the answer.
public final class NoticeEndpoint {
    private static final int ACCEPTED = 202;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int TOO_LARGE = 413;
    private static final int WRONG_TYPE = 415;
    private static final int UNAVAILABLE = 503;

    private final Gate gate;
    private final Trust trust;
    private final Listener listener;
    private final Tally tally;
    private final InstantSource clock;

    public NoticeEndpoint(Gate gate, Trust trust, Listener listener, Tally tally, InstantSource clock) {
        this.gate = gate;
        this.trust = trust;
        this.listener = listener;
        this.tally = tally;
        this.clock = clock;
    }

    /// @param path such as `/v1/notices`
    public void mount(Router router, String path) {
        router.post(path).handler(this::admit);
        router.post(path)
                .handler(BodyHandler.create(false).setBodyLimit(ManualNotices.MOST_BYTES))
                .failureHandler(NoticeEndpoint::failed);
        // Kafka's confirmation is waited for: not on the thread that serves everybody.
        router.post(path).blockingHandler(this::take, false);
    }

    private void admit(RoutingContext call) {
        String type = call.request().getHeader("Content-Type");
        switch (gate.ask(
                call.request().remoteAddress().hostAddress(), call.request().getHeader("Authorization"))) {
            case UNAUTHORIZED -> refuse(call, UNAUTHORIZED, "UNAUTHORIZED", "send Authorization: Bearer TOKEN");
            case FORBIDDEN ->
                refuse(call, FORBIDDEN, "FORBIDDEN", "only this machine may; set token-file to let others");
            case COME_IN -> {
                // A browser may not send this to another site without asking first.
                if (type == null || !type.startsWith("application/json")) {
                    refuse(call, WRONG_TYPE, "WRONG_CONTENT_TYPE", "send Content-Type: application/json");
                } else {
                    call.next();
                }
            }
        }
    }

    private static void failed(RoutingContext call) {
        if (call.statusCode() == TOO_LARGE) {
            refuse(call, TOO_LARGE, "TOO_LARGE", "at most " + ManualNotices.MOST_BYTES + " bytes");
        } else {
            call.next();
        }
    }

    private void take(RoutingContext call) {
        var now = clock.instant();
        var buffer = call.body().buffer();
        Payload body = buffer == null ? Payload.EMPTY : Payload.of(buffer.getBytes());
        var letter = new Letter(ManualNotices.SOURCE, call.normalizedPath(), now, body);
        tally.heard(ManualNotices.SOURCE, now);
        switch (ManualNotices.read(letter).getFirst()) {
            case Reading.Understood(Notice notice) -> accept(call, letter, trust.limit(notice));
            case Reading.Unreadable unreadable -> {
                tally.rejected(ManualNotices.SOURCE, unreadable.reason());
                refuse(call, BAD_REQUEST, unreadable.reason().name(), unreadable.detail());
            }
            case Reading.Quiet _, Reading.Foreign _ -> throw new IllegalStateException("a person's word is neither");
        }
    }

    private void accept(RoutingContext call, Letter letter, Notice notice) {
        Outcome outcome =
                listener.accept(letter, List.of(new Reading.Understood(notice))).getFirst();
        if (outcome == Outcome.REFUSED) {
            refuse(call, UNAVAILABLE, outcome.name(), "neither Kafka nor the spool took it; say it again");
            return;
        }
        answer(call, ACCEPTED, new JsonObject().put("id", notice.id().value()).put("outcome", outcome.name()));
    }

    private static void refuse(RoutingContext call, int status, String reason, String detail) {
        answer(call, status, new JsonObject().put("reason", reason).put("detail", detail));
    }

    private static void answer(RoutingContext call, int status, JsonObject body) {
        call.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.encode());
    }
}
