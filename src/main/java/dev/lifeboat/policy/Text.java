package dev.lifeboat.policy;

/// Forms that a text in a policy can have.
public enum Text {
    ANY("(?s).*", "any text"),
    /// Anything but blanks.
    FILLED("(?s).*\\S.*", "text that is not empty"),
    /// RFC 1123 subdomain: names of Kubernetes objects.
    NAME(
            "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?",
            "lower-case letters, digits, '-' and '.', starting and ending with a letter or digit"),
    /// A name where `*` stands for any run of characters and `?` for one.
    GLOB("[-a-z0-9.*?]{1,253}", "lower-case letters, digits, '-', '.', and the wildcards '*' and '?'"),
    /// Kinds of Kubernetes objects.
    KIND("[A-Z][A-Za-z0-9]{0,62}", "a kind as Kubernetes writes it, such as StatefulSet"),
    /// Paths of HTTP requests.
    PATH("/[!-~]*", "a path that starts with '/'"),
    /// Keys of labels (kubernetes.io/docs/concepts/overview/working-with-objects/labels, read 2026-11).
    LABEL_KEY(
            "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?",
            "a label's key such as app.kubernetes.io/name"),
    /// Values of labels, as there.
    LABEL_VALUE(
            "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?",
            "a label's value: at most 63 letters, digits, '-', '_' and '.', starting and ending with a letter or digit"),
    /// CPU features as Linux lists them in /proc/cpuinfo.
    CPU_FEATURE("[a-z0-9_]{1,32}", "a CPU feature as /proc/cpuinfo writes it, such as avx512f"),
    /// RFC 3339, as Kubernetes writes times.
    INSTANT(
            "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})",
            "a time such as 2026-01-31T08:00:00Z");

    private final String pattern;
    private final String words;

    Text(String pattern, String words) {
        this.pattern = pattern;
        this.words = words;
    }

    /// A regular expression that the whole text matches.
    public String pattern() {
        return pattern;
    }

    /// The form in words.
    public String words() {
        return words;
    }

    public boolean allows(String value) {
        return value.matches(pattern);
    }
}
