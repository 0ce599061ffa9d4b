package dev.lifeboat.estimate;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Workload;

/// What a forecast is about: a workload, the node whose uplink carries it, and what the first stage has to carry.
///
/// @param workload its class and kind choose the pools; its footprint caps what can be dirty
/// @param node whose uplink is used
/// @param pending raw bytes of the first stage: everything resident when there is no chain to build on, else
///     the pages dirty since the last pre-dump (the dirty bits can be read without clearing them, so this is
///     known at any time)
public record Subject(Workload workload, NodeName node, ByteCount pending) {

    /// A workload without a chain: the first stage carries everything.
    public static Subject cold(Workload workload, NodeName node) {
        return new Subject(workload, node, workload.footprint().resident());
    }

    double footprintBytes() {
        return Math.max(workload.footprint().resident().bytes(), pending.bytes());
    }
}
