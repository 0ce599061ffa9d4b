package dev.lifeboat.edge.demo.imds;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Session tokens: issued for 1 second to 6 hours, good until they are over.
///
/// Source: EC2 user guide, "How Instance Metadata Service Version 2 works".
final class Tokens {
    static final Duration LONGEST = Duration.ofHours(6);
    /// A client that asks for a token per request must not fill the memory; the oldest go first.
    private static final int MAX_TOKENS = 4096;
    /// Real tokens have 56 characters and end in `==`.
    private static final int TOKEN_BYTES = 40;

    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<String, Instant> expiries = new LinkedHashMap<>();

    Tokens(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /// @throws IllegalArgumentException when the time to live is not 1 second to 6 hours
    synchronized String issue(Duration timeToLive) {
        if (timeToLive.compareTo(Duration.ofSeconds(1)) < 0 || timeToLive.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a token lives 1 to 21600 seconds, not " + timeToLive.toSeconds());
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().encodeToString(bytes);
        if (expiries.size() == MAX_TOKENS) {
            expiries.remove(expiries.keySet().iterator().next());
        }
        expiries.put(token, clock.instant().plus(timeToLive));
        return token;
    }

    /// What is left of the token; zero when it is over or was never issued.
    synchronized Duration remaining(String token) {
        Instant expiry = expiries.get(token);
        Instant now = clock.instant();
        if (expiry == null || !now.isBefore(expiry)) {
            expiries.remove(token);
            return Duration.ZERO;
        }
        return Duration.between(now, expiry);
    }
}
