package dev.lifeboat.migration;

/// One attempt to carry one workload off one doomed node; derived from the notice and the workload, never random.
public record MigrationId(String value) {
    public MigrationId {
        if (!value.matches("[a-z0-9][-a-z0-9]{0,99}")) {
            throw new IllegalArgumentException("not a migration id: " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
