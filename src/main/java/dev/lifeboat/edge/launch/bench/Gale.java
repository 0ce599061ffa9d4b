package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.demo.node.Part;
import dev.lifeboat.edge.kafka.AgentLink;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.Notice;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private final List<AgentLink> agents = new ArrayList<>();
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

    /// Opens what the agents of the first nodes keep open.
    void open(int count) {
        var topics = new Topics(cluster.partitions());
        for (int node = 0; node < Math.min(count, plan.nodes()); node++) {
            agents.add(AgentLink.open(Brokers.plain(cluster.bootstrap()), topics, Storm.name(node), new Deaf()));
        }
    }

    /// What the broker has to do while nothing but heartbeats and time go by.
    BrokerLoad rest(Duration time) throws IOException {
        BrokerLoad before = BrokerLoad.now(broker);
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
        return BrokerLoad.now(broker).since(before);
    }

    /// @param rest the broker's load before, without and with agents
    StormFigures blow(Duration patience, StormFigures.Rest rest) throws IOException {
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
                    plan,
                    storm,
                    settled && alive,
                    cost,
                    rest,
                    BrokerLoad.now(broker).since(calm));
        }
    }

    @Override
    public void close() throws IOException {
        if (heartbeats != null) {
            heartbeats.interrupt();
            try {
                heartbeats.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
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
