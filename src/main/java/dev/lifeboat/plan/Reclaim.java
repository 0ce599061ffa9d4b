package dev.lifeboat.plan;

import java.time.Instant;

/// A machine that the cloud took or gave notice to; its like in the same zone often follow within minutes.
public record Reclaim(String instanceType, String zone, Instant at) {}
