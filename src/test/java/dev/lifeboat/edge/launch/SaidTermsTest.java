package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.MemoryLastOrders;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.migration.StandingOrders.Terms;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.Connections;
import dev.lifeboat.workload.WorkloadId;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SaidTermsTest {
    private static final WorkloadId CART = WorkloadId.parse("shop/cart-0");
    private static final Terms CLOSE = new Terms(CART, Connections.CLOSE, null);

    private final MemoryLastOrders orders = new MemoryLastOrders();
    private final SaidTerms terms = new SaidTerms(orders);

    /// A save may be ordered in the second in which its workload was heard of first.
    @Test
    void aSaveWaitsForWhatNobodyHasSaidYet() throws Exception {
        var save = new FutureTask<>(() -> terms.awaited(CART));
        Thread asking = Thread.ofPlatform().start(save);
        while (asking.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        orders.keep(new StandingOrders(new NodeName("node-a"), 1, List.of(), null, List.of(CLOSE), null));
        terms.heard();

        assertThat(save.get(2, TimeUnit.MINUTES)).isEqualTo(CLOSE);
        assertThat(terms.of(CART)).contains(CLOSE);
    }

    @Test
    void whereNobodyEverSaysAnythingNoConnectionIsCut() {
        assertThat(terms.of(CART)).isEmpty();
        assertThat(terms.awaited(CART)).isEqualTo(Terms.unsaid(CART));
    }
}
