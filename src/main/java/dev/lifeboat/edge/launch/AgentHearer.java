package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.Agent;
import dev.lifeboat.agent.Alone;
import dev.lifeboat.edge.kafka.AgentLink;
import dev.lifeboat.edge.telemetry.AgentMeters;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.Notice;
import org.jboss.logging.Logger;

/// Takes what comes from the orchestrator to the agent.
final class AgentHearer implements AgentLink.Ear {
    private static final Logger LOG = Logger.getLogger(AgentHearer.class);

    private final Agent agent;
    private final Alone alone;
    private final SaidTerms terms;
    private final AgentMeters meters;

    AgentHearer(Agent agent, Alone alone, SaidTerms terms, AgentMeters meters) {
        this.agent = agent;
        this.alone = alone;
        this.terms = terms;
        this.meters = meters;
    }

    @Override
    public void on(Order order) {
        LOG.infof("order key=%s order=%s", order.key(), order.getClass().getSimpleName());
        alone.ordered(order);
        agent.on(order);
    }

    @Override
    public void on(StandingOrders orders) {
        LOG.debugf(
                "standing orders version=%d saves=%d",
                orders.version(), orders.saves().size());
        alone.given(orders);
        terms.heard();
    }

    @Override
    public void on(Notice notice) {
        LOG.infof("notice of this node notice=%s", notice);
        agent.on(notice);
    }

    @Override
    public void unreadable(String reason) {
        meters.unreadable();
    }
}
