package dev.lifeboat.plan;

/// How well a node suits one workload; each part 0 to 1.
///
/// @param fit share of the node's free memory that would be used: a tight fit keeps large nodes free for large
///     workloads
/// @param locality 1 when earlier layers of the workload lie there already
/// @param spread 1 when no other workload of this plan goes there, falling with each that does
/// @param preference 1 for the policy's first kind of capacity, 0 for its last
/// @param risk chance of losing the node within the hour
public record Score(double fit, double locality, double spread, double preference, double risk) {
    /// Being taken again at once undoes everything, so risk outweighs all the rest together at 0.92 and still
    /// loses to them at a node's ordinary few per cent. Locality saves a download, a preferred kind money; fit
    /// and spread break ties.
    private static final double FIT = 0.15;

    private static final double LOCALITY = 0.3;
    private static final double SPREAD = 0.1;
    private static final double PREFERENCE = 0.4;
    private static final double RISK = 1.2;

    /// Higher is better.
    public double total() {
        return FIT * fit + LOCALITY * locality + SPREAD * spread + PREFERENCE * preference - RISK * risk;
    }
}
