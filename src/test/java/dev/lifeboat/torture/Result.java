package dev.lifeboat.torture;

/// What became of one victim in one way.
///
/// @param dumpedBytes pages that CRIU handed over
/// @param storedBytes uploaded by the save itself
/// @param frozenSeconds it stood still
/// @param durableSeconds from the order to save until the manifest was in the store and the source dead
/// @param restoredSeconds from the order to restore until it ran
/// @param wholeSeconds from the order to restore until all its pages were there
/// @param failure what went wrong, in CRIU's or the client's own words; empty when it came back whole
record Result(
        Kind victim,
        Way way,
        long dumpedBytes,
        long storedBytes,
        double frozenSeconds,
        double durableSeconds,
        double restoredSeconds,
        double wholeSeconds,
        String failure) {
    static Result failed(Kind victim, Way way, String failure) {
        return new Result(victim, way, 0, 0, 0, 0, 0, 0, failure);
    }

    boolean whole() {
        return failure.isEmpty();
    }

    boolean is(Recorded.Cell cell) {
        return victim == cell.kind() && way == cell.way();
    }
}
