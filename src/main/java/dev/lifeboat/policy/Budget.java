package dev.lifeboat.policy;

import dev.lifeboat.quantity.ByteCount;

/// How much may go on at once.
public record Budget(
        @Key(value = "Evacuations at once under this policy.", standard = "100", least = "1", most = "10000")
        int maxConcurrent,

        @Key(value = "Evacuations at once on one node.", standard = "10", least = "1", most = "1000")
        int maxConcurrentPerNode,

        @Key(value = "Bytes of checkpoints that this policy may keep.", standard = "1Ti", least = "1Mi", most = "1Pi")
        ByteCount maxStoreBytes) {}
