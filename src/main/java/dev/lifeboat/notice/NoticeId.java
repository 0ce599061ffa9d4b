package dev.lifeboat.notice;

/// Derived from the content of a notice, so that the same notice seen twice has the same id: lower-case hex.
public record NoticeId(String value) {
    public NoticeId {
        if (!value.matches("[0-9a-f]{16,64}")) {
            throw new IllegalArgumentException("a notice id is 16 to 64 hex digits: " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
