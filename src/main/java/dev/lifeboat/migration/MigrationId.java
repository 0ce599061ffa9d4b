package dev.lifeboat.migration;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.workload.WorkloadId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// One attempt to carry one workload off one doomed node; derived from the notice and the workload, never random.
public record MigrationId(String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][-a-z0-9]{0,79}");
    private static final int READABLE = 40;
    private static final int DIGITS = 12;

    public MigrationId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a migration id: " + value);
        }
    }

    /// The workload's name, cut short, and 12 hex digits of a hash over all three: `pi-0-3f9a2c81d04e`.
    ///
    /// @param turn counts from 1; more than 1 when a notice was withdrawn and then stood again
    public static MigrationId of(NoticeId notice, WorkloadId workload, int turn) {
        byte[] digest = sha256().digest((notice + "/" + workload + "/" + turn).getBytes(StandardCharsets.UTF_8));
        return new MigrationId(
                readable(workload) + HexFormat.of().formatHex(digest).substring(0, DIGITS));
    }

    /// What the names of all checkpoints of the workload begin with, and of others with like names.
    public static String readable(WorkloadId workload) {
        String name = workload.name().replace('.', '-');
        return name.substring(0, Math.min(READABLE, name.length())) + "-";
    }

    /// Every save has a checkpoint of its own, so that a late write of a failed one cannot mix with the next.
    ///
    /// @param save counts from 1
    public CheckpointId checkpoint(int save) {
        return new CheckpointId(value + "-" + save);
    }

    /// Whether one of this migration's saves has this name.
    public boolean saved(CheckpointId checkpoint) {
        String name = checkpoint.value();
        return name.startsWith(value + "-")
                && name.substring(value.length() + 1).matches("[0-9]+");
    }

    @Override
    public String toString() {
        return value;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
