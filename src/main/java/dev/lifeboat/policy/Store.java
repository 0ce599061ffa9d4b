package dev.lifeboat.policy;

/// Where checkpoints are kept.
public record Store(
        @Key(value = "Name of a CheckpointStore.", required = true, text = Text.NAME)
        String ref,

        @Key(
                value = "Checkpoints hold every secret of the process: there is no way to store them in the clear.",
                required = true)
        Encryption encryption) {
    /// The key that protects them.
    public record Encryption(
            @Key(
                    value = "Name, alias or ARN of the key in the store's key service.",
                    required = true,
                    text = Text.FILLED)
            String kms) {}
}
