package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReviewBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
    private static final Admission.Refusal SAVED = new Admission.Refusal(Admission.Answer.WAIT, "it is being saved");

    private static final Pod REPLACEMENT = SuccessorTest.pod("ReplicaSet", "cart-5d9f8b6c7d-", "");

    @Test
    void aPodWhosePlaceIsAwaitedIsHeldBackAndGetsTheWrapper() {
        assertThat(patch(asked(REPLACEMENT, true, 1)))
                .contains("\"path\":\"/spec/schedulingGates\"")
                .contains("\"name\":\"lifeboat.dev/restore\"")
                .contains("\"path\":\"/spec/runtimeClassName\"");
    }

    @Test
    void otherGatesStay() {
        Pod gated = new PodBuilder(REPLACEMENT)
                .editSpec()
                .addNewSchedulingGate("somebody.else/gate")
                .endSpec()
                .build();

        assertThat(patch(asked(gated, true, 1))).contains("\"path\":\"/spec/schedulingGates/-\"");
    }

    @Test
    void aPodThatReplacesNobodyIsLeftAlone() {
        assertThat(asked(REPLACEMENT, true, 0).getPatch()).isNull();
    }

    @Test
    void whatWasDecidedTheMomentBeforeIsHeardOfBeforeTheAnswer() {
        var late = new Late();

        assertThat(asked(REPLACEMENT, late).getPatch()).isNotNull();
        assertThat(late.refreshed).isTrue();
    }

    @Test
    void whileNobodyKnowsEveryPodWaits() {
        assertThat(asked(REPLACEMENT, false, 0).getPatch()).isNotNull();
    }

    @Test
    void aPodThatHasItsNodeOrNoOwnerIsLeftAlone() {
        Pod placed = new PodBuilder(REPLACEMENT)
                .editSpec()
                .withNodeName("node-a")
                .endSpec()
                .build();
        Pod bare = new PodBuilder(REPLACEMENT)
                .editMetadata()
                .withOwnerReferences()
                .withName("bare")
                .endMetadata()
                .build();

        assertThat(asked(placed, true, 1).getPatch()).isNull();
        assertThat(asked(bare, true, 1).getPatch()).isNull();
        assertThat(asked(SuccessorTest.pod("DaemonSet", "agent-", ""), true, 1).getPatch())
                .isNull();
    }

    @Test
    void anEvictionThatHasToWaitIsAnsweredAsByABudget() {
        AdmissionResponse response = evicted(Optional.of(SAVED), false);

        assertThat(response.getAllowed()).isFalse();
        assertThat(response.getStatus().getCode()).isEqualTo(429);
        assertThat(response.getStatus().getMessage()).isEqualTo("it is being saved");
    }

    @Test
    void aDryRunAsksNobody() {
        assertThat(evicted(Optional.of(SAVED), true).getAllowed()).isTrue();
    }

    @Test
    void anEvictionThatMeansThePodBeforeFindsItGone() {
        var refusal = new Admission.Refusal(Admission.Answer.GONE, "it goes on elsewhere");

        AdmissionResponse response = evicted(Optional.of(refusal), false);

        assertThat(response.getAllowed()).isFalse();
        assertThat(response.getStatus().getCode()).isEqualTo(404);
        assertThat(response.getStatus().getReason()).isEqualTo("NotFound");
    }

    @Test
    void whatIsNoReviewIsRefused() {
        var admission = new Admission(awaited(true, 0), (_, _) -> Optional.empty());

        assertThatThrownBy(() -> admission.pod("{}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> admission.eviction("<html>")).isInstanceOf(IllegalArgumentException.class);
    }

    private static AdmissionResponse evicted(Optional<Admission.Refusal> against, boolean dryRun) {
        String review = Serialization.asJson(new AdmissionReviewBuilder()
                .withNewRequest()
                .withUid("1")
                .withNamespace("shop")
                .withName("cart")
                .withDryRun(dryRun)
                .endRequest()
                .build());
        return response(new Admission(awaited(true, 0), (_, _) -> against).eviction(review));
    }

    private static AdmissionResponse asked(Pod pod, boolean known, int waiting) {
        return asked(pod, awaited(known, waiting));
    }

    private static AdmissionResponse asked(Pod pod, Gatekeeper.Awaited awaited) {
        String review = Serialization.asJson(new AdmissionReviewBuilder()
                .withNewRequest()
                .withUid("1")
                .withNamespace("shop")
                .withObject(pod)
                .endRequest()
                .build());
        return response(new Admission(awaited, (_, _) -> Optional.empty()).pod(review));
    }

    private static AdmissionResponse response(String answer) {
        AdmissionResponse response =
                Serialization.unmarshal(answer, AdmissionReview.class).getResponse();
        assertThat(response.getUid()).isEqualTo("1");
        return response;
    }

    private static String patch(AdmissionResponse response) {
        assertThat(response.getAllowed()).isTrue();
        return new String(Base64.getDecoder().decode(response.getPatch()), StandardCharsets.UTF_8);
    }

    private static Gatekeeper.Awaited awaited(boolean known, int waiting) {
        return new Gatekeeper.Awaited() {
            @Override
            public boolean known() {
                return known;
            }

            @Override
            public void refresh() {}

            @Override
            public int waitingFor(Successor successor) {
                return successor.follows("shop", "cart-5d9f8b6c7d-x2k9p") ? waiting : 0;
            }
        };
    }

    /// Hears of what is on its way only when it looks again.
    private static final class Late implements Gatekeeper.Awaited {
        private boolean refreshed;

        @Override
        public boolean known() {
            return true;
        }

        @Override
        public void refresh() {
            refreshed = true;
        }

        @Override
        public int waitingFor(Successor successor) {
            return refreshed ? 1 : 0;
        }
    }
}
