package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kubernetes.ProtectedPod;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Numbers that stand for containers where nobody sees their processes' own: one for each container of each
/// pod, so that what was meant is never mistaken for what took its place. The oldest are forgotten.
final class Numbers {
    /// Far more than a node has pods.
    private static final int MOST = 2_000;

    /// No process's that a dump could be asked for by mistake: the kernel's own limit is 4,194,304
    /// (proc(5), pid_max).
    private static final long FIRST = 1L << 32;

    private final Map<String, Long> byContainer = new LinkedHashMap<>();
    private final SequencedMap<Long, ProtectedPod> pods = new LinkedHashMap<>();
    private long next = FIRST;

    /// @param pod with a container that has been started
    synchronized long of(ProtectedPod pod) {
        String container = pod.saved().id();
        Long known = byContainer.get(container);
        if (known != null) {
            return known;
        }
        long number = next++;
        byContainer.put(container, number);
        pods.put(number, pod);
        if (pods.size() > MOST) {
            ProtectedPod oldest = pods.sequencedValues().getFirst();
            pods.sequencedKeySet().removeFirst();
            byContainer.remove(oldest.saved().id());
        }
        return number;
    }

    synchronized Optional<ProtectedPod> pod(long number) {
        return Optional.ofNullable(pods.get(number));
    }
}
