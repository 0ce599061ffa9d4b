package dev.lifeboat.listener;

import java.time.Instant;

/// What a source sent, before anybody understood it.
///
/// @param source a folder of `eviction-listeners/`, such as `ec2-imds`
/// @param about where it was found: a path, a detail-type, a queue
/// @param receivedAt by our clock
public record Letter(String source, String about, Instant receivedAt, Payload body) {}
