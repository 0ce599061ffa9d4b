package dev.lifeboat.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Runs as a workload of its own: a heap of small objects that G1 moves about, rewritten and checked without end. Each
/// pass ends with a line `PASS ok OBJECTS`, or `PASS BROKEN why`.
final class Heap {
    /// Chains of nodes that die and are born anew, so that the collector has to copy what lives.
    private static final int CHAINS = 4_096;

    private Heap() {}

    private static final class Node {
        private final long[] payload;

        /// What the payload must add up to.
        private final long seal;

        private final Node next;

        private Node(long[] payload, Node next) {
            this.payload = payload;
            this.seal = sum(payload);
            this.next = next;
        }

        static Node of(long number, int words, Node next) {
            return new Node(new SplittableRandom(number).longs(words).toArray(), next);
        }

        boolean whole() {
            return sum(payload) == seal;
        }

        private static long sum(long[] words) {
            long sum = 0;
            for (long word : words) {
                sum = sum * 31 + word;
            }
            return sum;
        }
    }

    /// @param arguments live mebibytes
    public static void main(String[] arguments) {
        long bytes = Long.parseLong(arguments[0]) << 20;
        int words = 60;
        int length = Math.toIntExact(bytes / CHAINS / (words * Long.BYTES + 48));
        List<Node> chains = new ArrayList<>();
        for (int chain = 0; chain < CHAINS; chain++) {
            chains.add(chain(chain, length, words));
        }
        for (long pass = 0; ; pass++) {
            System.out.println(pass + " " + look(chains, length));
            // A fiftieth of all is replaced each time.
            for (int i = 0; i < CHAINS / 50; i++) {
                int which = Math.floorMod(pass * (CHAINS / 50) + i, CHAINS);
                chains.set(which, chain(pass * CHAINS + i, length, words));
            }
        }
    }

    private static Node chain(long number, int length, int words) {
        Node head = Node.of(number, words, null);
        for (int i = 1; i < length; i++) {
            head = Node.of(number * length + i, words, head);
        }
        return head;
    }

    private static String look(List<Node> chains, int length) {
        long objects = 0;
        for (Node head : chains) {
            int seen = 0;
            for (Node each = head; each != null; each = each.next) {
                if (!each.whole()) {
                    return "BROKEN an object is not what it was";
                }
                seen++;
            }
            if (seen != length) {
                return "BROKEN a chain has " + seen + " of " + length + " objects";
            }
            objects += seen;
        }
        return "ok " + objects;
    }
}
