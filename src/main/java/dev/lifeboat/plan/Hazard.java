package dev.lifeboat.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// How likely a node is to be taken soon, from its own record and from what the cloud took lately.
///
/// @param reclaims in any order, as far back as at least [#ECHO]
public record Hazard(List<Reclaim> reclaims, Instant now) {
    /// 92 % of co-interruptions within one type and zone come within three minutes (2,635 real interruptions,
    /// arXiv 2604.16457).
    public static final Duration ECHO = Duration.ofMinutes(3);

    /// That share, taken as the chance that a like machine follows.
    private static final double ECHO_CHANCE = 0.92;

    public Hazard {
        reclaims = List.copyOf(reclaims);
    }

    /// Chance of losing the offer's node within the hour, 0 to 1.
    public double of(CapacityOffer offer) {
        if (offer.kind() == CapacityOffer.Kind.ON_DEMAND) {
            return offer.evictionRisk();
        }
        return echoes(offer) ? Math.max(offer.evictionRisk(), ECHO_CHANCE) : offer.evictionRisk();
    }

    private boolean echoes(CapacityOffer offer) {
        if (offer.instanceType().isEmpty()) {
            return false;
        }
        return reclaims.stream()
                .anyMatch(reclaim -> reclaim.instanceType().equals(offer.instanceType())
                        && reclaim.zone().equals(offer.zone())
                        && !reclaim.at().isAfter(now)
                        && Duration.between(reclaim.at(), now).compareTo(ECHO) <= 0);
    }
}
