package dev.lifeboat.plan;

import dev.lifeboat.policy.Policies;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A [Question] without its workloads and policies, bounded, so that a journal can keep it.
///
/// @param offers at most [#MOST_OFFERS]; what was chosen as a target is among them
/// @param outOf offers that there were
/// @param reclaims at most [#MOST_RECLAIMS], the newest
public record Circumstances(
        Question.Home home,
        Question.Warning warning,
        Instant now,
        List<CapacityOffer> offers,
        int outOf,
        List<Reclaim> reclaims) {
    /// An offer has about 2 kB in a journal, and a plan is drawn a few times per notice.
    static final int MOST_OFFERS = 32;

    /// Three minutes of one zone count; more of them would say the same.
    static final int MOST_RECLAIMS = 64;

    public Circumstances {
        offers = List.copyOf(offers);
        reclaims = List.copyOf(reclaims);
    }

    /// Offers that became targets first, then in the order given.
    public static Circumstances of(Question question, List<Decision> decisions) {
        Set<String> targets = decisions.stream()
                .map(Decision::choice)
                .filter(Choice.Save.class::isInstance)
                .map(choice -> String.valueOf(((Choice.Save) choice).target()))
                .collect(Collectors.toSet());
        var kept = new LinkedHashSet<CapacityOffer>();
        question.offers().stream()
                .filter(offer -> targets.contains(offer.node().value()))
                .forEach(kept::add);
        question.offers().stream()
                .limit(MOST_OFFERS)
                .filter(_ -> kept.size() < MOST_OFFERS)
                .forEach(kept::add);
        List<CapacityOffer> inOrder = question.offers().stream()
                .filter(kept::contains)
                .limit(MOST_OFFERS)
                .toList();
        List<Reclaim> reclaims = question.reclaims();
        return new Circumstances(
                question.home(),
                question.warning(),
                question.now(),
                inOrder,
                question.offers().size(),
                new ArrayList<>(reclaims.subList(Math.max(0, reclaims.size() - MOST_RECLAIMS), reclaims.size())));
    }

    /// Whether targets chosen from this are those that were chosen from all.
    public boolean isWhole() {
        return offers.size() == outOf;
    }

    public Question question(List<Tenant> tenants, Policies policies) {
        return new Question(home, warning, now, tenants, offers, reclaims, policies);
    }
}
