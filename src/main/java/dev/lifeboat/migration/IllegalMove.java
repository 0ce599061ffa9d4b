package dev.lifeboat.migration;

/// A journal says something that its migration cannot have done: a bug, or a journal that was tampered with. Stops the
/// partition.
public final class IllegalMove extends IllegalStateException {
    IllegalMove(Migration from, MigrationEvent event) {
        super("no way from " + from.getClass().getSimpleName() + " by "
                + event.getClass().getSimpleName() + ": migration " + event.migration());
    }
}
