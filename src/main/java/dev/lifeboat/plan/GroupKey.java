package dev.lifeboat.plan;

/// Names workloads that are saved all or none, such as the ranks of one MPI job.
public record GroupKey(String value) {
    private static final int MAX_LENGTH = 512;

    public GroupKey {
        if (value.isBlank() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a group key has 1 to 512 characters, not " + value.length());
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
