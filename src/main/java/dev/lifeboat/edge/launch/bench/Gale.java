package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.demo.node.Part;
import dev.lifeboat.edge.kafka.AgentLink;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.Notice;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A [Storm] over a broker and an orchestrator of their own, watched from the outside.
final class Gale implements AutoCloseable {
    private final Cluster cluster;
    private final Storm storm;
    private final Storm.Plan plan;
    private final Part orchestrator;
    private final Jvm inside;
    private final Jvm broker;
    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final Duration MOST_SETTLING = Duration.ofMinutes(4);

    private final List<AgentLink> agents = new ArrayList<>();
    private final ScheduledExecutorService lives = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("lives").daemon().factory());
    private @Nullable Thread heartbeats;

    Gale(Cluster cluster, Storm storm, Storm.Plan plan) throws IOException, InterruptedException {
        this.cluster = cluster;
        this.storm = storm;
        this.plan = plan;
        storm.introduceAll();
        orchestrator = cluster.orchestrator();
        inside = Jvm.of(orchestrator.process());
        broker = Jvm.of(cluster.broker().process());
    }

    /// All nodes go on saying that they live.
    void begin() {
        heartbeats = Thread.ofPlatform().daemon().start(storm::keepIntroducing);
    }

    /// No node says anything any more, until they [#begin] again.
    void hush() {
        if (heartbeats != null) {
            heartbeats.interrupt();
            try {
                heartbeats.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Returns once every node has its standing orders: until then an agent hears its neighbours' all the time.
    void settle() throws IOException {
        long giveUp = System.nanoTime() + MOST_SETTLING.toNanos();
        double before = -1;
        for (double said = standing(); (said == 0 || said > before) && System.nanoTime() < giveUp; said = standing()) {
            before = said;
            pass(LOOK);
        }
    }

    private double standing() throws IOException {
        return broker.sum("kafka.log:type=Log,name=LogEndOffset,topic=" + Topics.STANDING_ORDERS + ",*", "Value");
    }

    /// Opens what the agents of the first nodes keep open, and has each say once a second that it lives.
    void open(int count) {
        var topics = new Topics(cluster.partitions());
        for (int node = 0; node < Math.min(count, plan.nodes()); node++) {
            var link = AgentLink.open(Brokers.plain(cluster.bootstrap()), topics, Storm.name(node), new Deaf());
            agents.add(link);
            Report.Heartbeat heartbeat = storm.heartbeat(node);
            var _ = lives.scheduleAtFixedRate(() -> link.send(heartbeat), 0, 1, TimeUnit.SECONDS);
        }
    }

    /// What the broker has to do while nothing but heartbeats and time go by.
    BrokerLoad rest(Duration time) throws IOException {
        BrokerLoad before = BrokerLoad.now(broker);
        pass(time);
        return BrokerLoad.now(broker).since(before);
    }

    private static void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }

    StormFigures blow(Duration patience) throws IOException {
        Duration before = inside.processor();
        Account ourselves = Account.now();
        BrokerLoad calm = BrokerLoad.now(broker);
        try (var _ = storm.observe(Brokers.plain(cluster.bootstrap()))) {
            storm.blow();
            boolean settled = storm.await(patience);
            var cost = new StormFigures.Cost(
                    inside.processor().minus(before),
                    Account.now().since(ourselves).processor(),
                    inside.peakHeapBytes(),
                    inside.liveHeapBytes(),
                    Account.peakOf(orchestrator.process().pid()).bytes());
            boolean alive = orchestrator.process().isAlive();
            return new StormFigures(
                    plan, storm, settled && alive, cost, BrokerLoad.now(broker).since(calm));
        }
    }

    @Override
    public void close() throws IOException {
        hush();
        lives.shutdownNow();
        agents.forEach(AgentLink::close);
        inside.close();
        broker.close();
    }

    /// Hears everything and does nothing.
    private record Deaf() implements AgentLink.Ear {
        @Override
        public void on(Order order) {}

        @Override
        public void on(StandingOrders orders) {}

        @Override
        public void on(Notice notice) {}

        @Override
        public void unreadable(String reason) {}
    }
}
