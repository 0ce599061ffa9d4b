package dev.lifeboat.edge.demo;

import dev.lifeboat.edge.demo.Figures.Victims;
import dev.lifeboat.edge.demo.victim.Tick;
import dev.lifeboat.edge.demo.victim.TickLog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The main job, once, for real: a notice, a save, the death of the node, a restore, and the proof.
final class Demo {
    /// Full self-checks, begun after the restore, that make it verified.
    static final int PASSES_TO_VERIFY = 3;

    private static final Duration UP = Duration.ofMinutes(2);
    /// After the node's death: the orchestrator may have to wait for a silent agent, and retries.
    private static final Duration RESTORE = Duration.ofMinutes(2);

    private static final Duration VERIFY = Duration.ofSeconds(90);

    private final DemoOptions options;
    private final Screen screen;
    private final Stage stage;
    private final Cast cast;
    private final Live live = new Live();
    private boolean crashed;

    private Demo(DemoOptions options, Screen screen, Stage stage, Cast cast) {
        this.options = options;
        this.screen = screen;
        this.stage = stage;
        this.cast = cast;
    }

    /// @return how it ended, and the figures for it
    static Outcome run(DemoOptions options, Screen screen, Stage stage, Installation installation, Witness.Feed feed)
            throws IOException, InterruptedException {
        screen.begins("starting a broker and an object store");
        Cast cast = Cast.gather(stage, installation, options);
        screen.done("broker and object store are up");
        Path targets = options.watched().targets();
        if (targets != null) {
            cast.writeTargets(targets);
        }
        var demo = new Demo(options, screen, stage, cast);
        stage.keep(feed.follow(cast.bootstrap(), demo.live));
        demo.rehearse();
        demo.announce();
        demo.follow();
        Outcome outcome = demo.verify();
        demo.linger();
        return outcome;
    }

    /// What came of it.
    record Outcome(Ending ending, Figures figures, Timeline timeline) {}

    /// Everything is up, the victim counts, and the listener asks for notices.
    private void rehearse() throws IOException {
        screen.begins("starting agents, orchestrator, metadata service and listener");
        cast.startAgents();
        cast.startOrchestrator();
        cast.startNoticeSide();
        await("the agents", () -> live.accepts(Cast.DOOMED) && live.accepts(Cast.SURVIVOR));
        await("the victim", () -> live.hosts(Cast.DOOMED) && passes(Cast.DOOMED) > 0);
        screen.done(options.memory() + " of changing memory run on " + Cast.DOOMED + " and check themselves");
        await("the listener", () -> polls() > 0);
        screen.done("orchestrator, two agents, metadata service and listener are up");
    }

    private void await(String what, BooleanSupplier there) {
        Instant since = Instant.now();
        stage.await(what, UP, () -> {
            screen.waits("waiting for " + what, since, Instant.now());
            return there.getAsBoolean();
        });
    }

    private void announce() {
        Instant now = Instant.now();
        // The service speaks in whole seconds: the death is not before the one it names.
        Instant death = now.plus(options.window()).truncatedTo(ChronoUnit.SECONDS);
        String notice = "{\"action\":\"terminate\",\"time\":\"" + death + "\"}";
        live.announced(now);
        control("PUT", "/latest/meta-data/spot/instance-action", notice);
        screen.say("");
        screen.say("  EC2 takes " + Cast.DOOMED + " in " + options.window().toSeconds() + " s: " + notice);
    }

    /// Shows what goes by, and kills the node when its time is over.
    private void follow() throws IOException {
        Instant death = live.timeline().when(Step.NOTICE).orElseThrow().plus(options.window());
        while (Instant.now().isBefore(death)) {
            tick();
        }
        cast.killDoomed();
        while (!live.timeline().over() && Instant.now().isBefore(death.plus(RESTORE))) {
            tick();
        }
        tick();
        screen.settle();
        screen.done(Cast.DOOMED + " is dead, its agent and all");
    }

    private Outcome verify() throws IOException {
        Timeline timeline = live.timeline();
        if (timeline.runsOn().isEmpty()) {
            return outcome(Ending.LOST, Victims.UNKNOWN);
        }
        screen.done("restored on " + timeline.runsOn().get() + "; checking every page and line of it");
        long before = passes(Cast.SURVIVOR);
        Instant since = Instant.now();
        Instant giveUp = since.plus(VERIFY);
        Victims victims = seen(before);
        while (victims.passesAfterRestore() < PASSES_TO_VERIFY) {
            stage.checkParts();
            if (victims.log().flatMap(TickLog::broken).isPresent()
                    || complaint().isPresent()
                    || tooLate(giveUp)) {
                complaint().ifPresent(screen::say);
                victims.log().flatMap(TickLog::broken).ifPresent(line -> screen.say("  does not follow: " + line));
                return outcome(Ending.BROKEN, victims);
            }
            screen.waits(victims.passesAfterRestore() + " of " + PASSES_TO_VERIFY + " checks", since, Instant.now());
            Stage.pause();
            victims = seen(before);
        }
        return outcome(Ending.VERIFIED, victims);
    }

    private void linger() {
        Instant until = Instant.now().plus(options.watched().linger());
        while (Instant.now().isBefore(until)) {
            stage.checkParts();
            Stage.pause();
        }
    }

    private Outcome outcome(Ending ending, Victims victims) {
        Timeline timeline = live.timeline();
        return new Outcome(ending, Figures.of(ending, options, timeline, victims), timeline);
    }

    private void tick() throws IOException {
        stage.checkParts();
        if (!crashed
                && options.crash() != null
                && live.timeline().when(options.crash()).isPresent()) {
            crashed = true;
            cast.crashOrchestrator();
        }
        screen.show(live.timeline(), options.window(), Instant.now());
        Stage.pause();
    }

    private Victims seen(long passesAtRestore) throws IOException {
        return new Victims(Optional.of(TickLog.read(ticks(Cast.SURVIVOR))), passesAtRestore);
    }

    /// What the victim says of itself when it is broken.
    private Optional<String> complaint() throws IOException {
        Path output = cast.victimFolder(Cast.SURVIVOR).resolve("output.log");
        if (!Files.exists(output)) {
            return Optional.empty();
        }
        return Files.readString(output)
                .lines()
                .filter(line -> line.startsWith("BROKEN"))
                .findFirst();
    }

    private long passes(String node) {
        try {
            return TickLog.read(ticks(node)).last().map(Tick::passes).orElse(0L);
        } catch (IOException _) {
            return 0;
        }
    }

    private Path ticks(String node) {
        return cast.victimFolder(node).resolve("ticks.log");
    }

    private long polls() {
        return Long.parseLong(control("GET", "/polls", ""));
    }

    private String control(String method, String path, String body) {
        URI uri = URI.create("http://" + cast.imdsControl().getAddress().getHostAddress() + ":"
                + cast.imdsControl().getPort() + path);
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(uri)
                    .timeout(Duration.ofSeconds(5))
                    .method(method, BodyPublishers.ofString(body))
                    .build();
            return client.send(request, BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new DemoFailed(Ending.FAILED, "the metadata service does not answer: " + e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new DemoFailed(Ending.FAILED, "interrupted");
        }
    }

    private static boolean tooLate(Instant giveUp) {
        return Instant.now().isAfter(giveUp);
    }
}
