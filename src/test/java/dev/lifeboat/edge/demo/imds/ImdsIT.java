package dev.lifeboat.edge.demo.imds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each case is one sentence of EC2's user guide.
final class ImdsIT {
    private static final String TTL = "X-aws-ec2-metadata-token-ttl-seconds";
    private static final String TOKEN = "X-aws-ec2-metadata-token";
    private static final String ACTION = "/latest/meta-data/spot/instance-action";
    private static final String NOTICE = "{\"action\":\"terminate\",\"time\":\"2026-01-01T00:02:00Z\"}";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final HttpClient client = HttpClient.newHttpClient();
    private Imds imds;

    @BeforeEach
    void start() throws IOException {
        var instance =
                new Instance("i-0123456789abcdef0", "m7i.large", "eu-central-1a", "ami-0123456789abcdef0", "10.0.0.7");
        var anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        imds = new Imds(Metadata.of(instance), new Tokens(now::get, new Random(1)), anywhere, anywhere);
        imds.start();
    }

    @AfterEach
    void stop() {
        imds.close();
        client.close();
    }

    @Test
    void answersWithTheTokensTimeToLive() throws Exception {
        var answer = put("/latest/api/token", TTL, "21600");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).hasSize(56).endsWith("==");
        assertThat(answer.headers().firstValue(TTL)).hasValue("21600");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "21601", "-1", "sixty", "99999999999", "1.5", ""})
    void refusesATimeToLiveThatIsNotOneSecondToSixHours(String seconds) throws Exception {
        assertThat(put("/latest/api/token", TTL, seconds).statusCode()).isEqualTo(400);
    }

    @Test
    void refusesATokenWithoutATimeToLive() throws Exception {
        assertThat(put("/latest/api/token", "X-Other", "60").statusCode()).isEqualTo(400);
    }

    @Test
    void refusesATokenThroughAProxy() throws Exception {
        var request = to(imds.address(), "/latest/api/token")
                .header(TTL, "60")
                .header("X-Forwarded-For", "192.0.2.1")
                .PUT(BodyPublishers.noBody());
        assertThat(send(request).statusCode()).isEqualTo(403);
    }

    @Test
    void asksForATokenBeforeItSaysAnything() throws Exception {
        assertThat(send(to(imds.address(), "/latest/meta-data/instance-id")).statusCode())
                .isEqualTo(401);
        assertThat(get("/latest/meta-data/instance-id", "made-up").statusCode()).isEqualTo(401);
    }

    @Test
    void letsATokenGoWhenItsTimeIsOver() throws Exception {
        String token = put("/latest/api/token", TTL, "60").body();
        now.updateAndGet(instant -> instant.plusMillis(59_999));
        assertThat(get("/latest/meta-data/instance-id", token).statusCode()).isEqualTo(200);
        now.updateAndGet(instant -> instant.plusMillis(1));
        assertThat(get("/latest/meta-data/instance-id", token).statusCode()).isEqualTo(401);
    }

    @Test
    void knowsNothingOfAnInterruptionUntilItIsAnnounced() throws Exception {
        assertThat(get(ACTION, token()).statusCode()).isEqualTo(404);

        control(to(imds.controlAddress(), ACTION).PUT(BodyPublishers.ofString(NOTICE)));
        assertThat(get(ACTION, token()).body()).isEqualTo(NOTICE);

        control(to(imds.controlAddress(), ACTION).DELETE());
        assertThat(get(ACTION, token()).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "/latest/meta-data/instance-id, i-0123456789abcdef0",
        "/latest/meta-data/instance-type, m7i.large",
        "/latest/meta-data/instance-life-cycle, spot",
        "/latest/meta-data/placement/availability-zone, eu-central-1a",
        "/latest/meta-data/placement/region, eu-central-1",
        "/latest/meta-data/events/maintenance/scheduled, []",
    })
    void saysWhoTheInstanceIs(String path, String value) throws Exception {
        assertThat(get(path, token()).body()).isEqualTo(value);
    }

    @Test
    void listsAFoldersChildren() throws Exception {
        assertThat(get("/latest/meta-data/placement/", token()).body()).isEqualTo("availability-zone\nregion");
        assertThat(get("/latest/meta-data/", token()).body()).contains("placement/\n", "instance-id\n");
    }

    @Test
    void carriesAnIdentityDocument() throws Exception {
        assertThat(get("/latest/dynamic/instance-identity/document", token()).body())
                .contains("\"instanceId\" : \"i-0123456789abcdef0\"", "\"region\" : \"eu-central-1\"");
    }

    @Test
    void takesNoOrdersOnTheInstancesSide() throws Exception {
        var request = to(imds.address(), ACTION).header(TOKEN, token()).PUT(BodyPublishers.ofString(NOTICE));
        assertThat(send(request).statusCode()).isEqualTo(405);
        assertThat(get(ACTION, token()).statusCode()).isEqualTo(404);
    }

    @Test
    void countsWhoAskedWithAToken() throws Exception {
        get(ACTION, token());
        get(ACTION, "made-up");
        assertThat(send(to(imds.controlAddress(), "/polls")).body()).isEqualTo("1");
    }

    @Test
    void boundsWhatTheControlPortTakes() throws Exception {
        var request = to(imds.controlAddress(), ACTION).PUT(BodyPublishers.ofByteArray(new byte[64 * 1024 + 1]));
        assertThat(send(request).statusCode()).isEqualTo(413);
    }

    private String token() throws Exception {
        return put("/latest/api/token", TTL, "60").body();
    }

    private void control(HttpRequest.Builder request) throws Exception {
        assertThat(send(request).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        return send(to(imds.address(), path).header(TOKEN, token));
    }

    private HttpResponse<String> put(String path, String header, String value) throws Exception {
        return send(to(imds.address(), path).header(header, value).PUT(BodyPublishers.noBody()));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder to(InetSocketAddress address, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path));
    }
}
