package dev.lifeboat.edge.criu.runc;

import dev.lifeboat.quantity.ByteCount;
import java.util.List;

/// What of a pod's volumes goes into its checkpoint.
///
/// @param bytes of the archives of their files, all of which are carried while the pod stands still
/// @param staying those that cannot be taken along, and why
public record Volumes(ByteCount bytes, List<String> staying) {
    public static final Volumes NONE = new Volumes(ByteCount.ZERO, List.of());

    public Volumes {
        staying = List.copyOf(staying);
    }
}
