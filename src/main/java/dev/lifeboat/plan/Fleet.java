package dev.lifeboat.plan;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Doomed nodes whose saves go to one store, which takes less than all their uplinks together give.
public record Fleet(List<Node> nodes) {
    public Fleet {
        nodes = List.copyOf(nodes);
    }

    /// @param uplink most that the node can send
    /// @param loads its workloads or all-or-nothing groups
    public record Node(NodeName node, ByteRate uplink, List<Load> loads) {
        public Node {
            loads = List.copyOf(loads);
        }
    }

    /// @param value of having it saved, more than 0
    /// @param wire bytes to be sent, at the wanted confidence
    /// @param overhead that bandwidth does not shorten
    /// @param deadline from now
    public record Load(double value, ByteCount wire, Duration overhead, Duration deadline) {}

    /// Divides the store's bandwidth. First by value: what is worth most for its bandwidth is given enough to be
    /// saved. Then what is left is spread so that the node with least gets as much as can be, up to its uplink.
    ///
    /// The shares never add up to more than the store takes, and a store that takes more never saves less.
    ///
    /// @return for every node its share, in the order given
    public SequencedMap<NodeName, ByteRate> divide(ByteRate store) {
        List<Appetite> appetites = nodes.stream().map(Appetite::of).toList();
        double[] shares = Rationing.best(appetites, store.bytesPerSecond());
        spread(shares, store.bytesPerSecond());
        var divided = new LinkedHashMap<NodeName, ByteRate>();
        for (int i = 0; i < shares.length; i++) {
            divided.put(nodes.get(i).node(), new ByteRate(shares[i]));
        }
        return divided;
    }

    /// Water-filling: raises the lowest shares to a common level.
    private void spread(double[] shares, double store) {
        double left = store - Arrays.stream(shares).sum();
        double low = 0;
        double high = store;
        for (int step = 0; step < HALVINGS; step++) {
            double level = (low + high) / 2;
            if (poured(shares, level) <= left) {
                low = level;
            } else {
                high = level;
            }
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] = level(shares[i], i, low);
        }
    }

    /// Ends within a millionth of a millionth of the store's bandwidth.
    private static final int HALVINGS = 40;

    private double poured(double[] shares, double level) {
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            sum += level(shares[i], i, level) - shares[i];
        }
        return sum;
    }

    private double level(double share, int node, double level) {
        return Math.max(share, Math.min(level, nodes.get(node).uplink().bytesPerSecond()));
    }
}
