package dev.lifeboat.edge.launch.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// What a broker holds, and what it has done since it was started, by its own meters; or between two looks, a second.
///
/// @param partitions of all topics, Kafka's own included
/// @param journalBytes on its disk
record BrokerLoad(
        double partitions,
        double connections,
        double journalBytes,
        double requests,
        double fetches,
        double bytesIn,
        double bytesOut,
        double processorSeconds,
        double at) {
    static BrokerLoad now(Jvm broker) throws IOException {
        return new BrokerLoad(
                broker.sum("kafka.server:type=ReplicaManager,name=PartitionCount", "Value"),
                broker.sum(
                        "kafka.server:type=socket-server-metrics,listener=PLAINTEXT,networkProcessor=*",
                        "connection-count"),
                broker.sum("kafka.log:type=Log,name=Size,topic=lifeboat.journal,*", "Value"),
                requests(broker, "*") - requests(broker, "request=FetchConsumer,*"),
                broker.sum("kafka.server:type=BrokerTopicMetrics,name=TotalFetchRequestsPerSec", "Count"),
                broker.sum("kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec", "Count"),
                broker.sum("kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec", "Count"),
                broker.processor().toMillis() / 1e3,
                System.nanoTime() / 1e9);
    }

    /// A consumer's fetch is counted as `Fetch` and again as `FetchConsumer`.
    private static double requests(Jvm broker, String which) throws IOException {
        return broker.sum("kafka.network:type=RequestMetrics,name=RequestsPerSec," + which, "Count");
    }

    /// The same a second, of what adds up.
    BrokerLoad since(BrokerLoad before) {
        double seconds = Math.max(1e-3, at - before.at);
        return new BrokerLoad(
                partitions,
                connections,
                journalBytes,
                (requests - before.requests) / seconds,
                (fetches - before.fetches) / seconds,
                (bytesIn - before.bytesIn) / seconds,
                (bytesOut - before.bytesOut) / seconds,
                (processorSeconds - before.processorSeconds) / seconds,
                seconds);
    }

    String told() {
        return String.format(
                Locale.ROOT,
                "%.0f connections, %.0f requests/s, %.0f / %.0f KiB/s in / out, %.2f cores",
                connections,
                requests,
                bytesIn / 1024,
                bytesOut / 1024,
                processorSeconds);
    }

    Map<String, Object> json() {
        var all = new LinkedHashMap<String, Object>();
        all.put("partitions", Math.round(partitions));
        all.put("connections", Math.round(connections));
        all.put("journalBytes", Math.round(journalBytes));
        all.put("requestsPerSecond", requests);
        all.put("fetchesPerSecond", fetches);
        all.put("bytesInPerSecond", bytesIn);
        all.put("bytesOutPerSecond", bytesOut);
        all.put("cores", processorSeconds);
        return all;
    }
}
