package dev.lifeboat.notice;

/// A node's name as Kubernetes knows it (RFC 1123 subdomain, at most 253 characters).
public record NodeName(String value) {
    private static final int MAX_LENGTH = 253;

    public NodeName {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a node name has 1 to 253 characters, not " + value.length());
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.')) {
                throw new IllegalArgumentException("a node name has only a-z, 0-9, '-' and '.': " + value);
            }
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
