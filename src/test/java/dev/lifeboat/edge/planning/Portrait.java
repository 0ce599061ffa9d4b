package dev.lifeboat.edge.planning;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Quantiles;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Tenant;
import java.util.List;

/// A question of the orchestrator's as a snapshot file tells it.
final class Portrait {
    private Portrait() {}

    static ClusterSnapshot of(Question question) {
        String name = question.home().node().value();
        String uplink = (long) (question.home().uplink().bytesPerSecond() / 1e6) + "MB/s";
        var home = new ClusterSnapshot.Node(
                name, "-", question.home().zone(), "spot", null, uplink, null, null, null, null, null, null);
        return new ClusterSnapshot(
                ClusterSnapshot.API_VERSION,
                ClusterSnapshot.KIND,
                question.now().toString(),
                List.of(home),
                question.tenants().stream().map(tenant -> of(tenant, name)).toList(),
                List.of());
    }

    private static ClusterSnapshot.Workload of(Tenant tenant, String node) {
        var workload = tenant.workload();
        return new ClusterSnapshot.Workload(
                workload.id().namespace(),
                workload.id().name(),
                node,
                tenant.subject().ownerKind() + "/" + tenant.subject().ownerName(),
                workload.classKey(),
                workload.labels(),
                null,
                null,
                null,
                tenant.health().ready(),
                tenant.health().restarts(),
                Words.of(tenant.health().runningFor()),
                Words.of(tenant.unsaved()),
                Long.toString(workload.footprint().resident().bytes()),
                null,
                workload.footprint().tasks(),
                null,
                null,
                null,
                null,
                tenant.estimates().stream().map(Portrait::of).toList(),
                null,
                null,
                tenant.background() == null ? null : Words.of(tenant.background()));
    }

    private static ClusterSnapshot.Forecast of(Estimate estimate) {
        return switch (estimate) {
            case Estimate.Forecast it ->
                new ClusterSnapshot.Forecast(of(it.durable()), of(it.frozen()), it.samples(), null);
            case Estimate.Unknown it ->
                new ClusterSnapshot.Forecast(null, null, null, it.reason().name());
        };
    }

    private static List<String> of(Quantiles quantiles) {
        return List.of(Words.of(quantiles.p50()), Words.of(quantiles.p95()), Words.of(quantiles.p99()));
    }
}
