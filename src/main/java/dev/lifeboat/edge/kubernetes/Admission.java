package dev.lifeboat.edge.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponseBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// What the API server asks before it makes a pod, and before it evicts one; `admission.k8s.io/v1`.
///
/// Both are asked with `failurePolicy: Ignore`: where nobody answers, a pod starts as any other, and is evicted as any
/// other.
public final class Admission {
    /// The RuntimeClass whose handler is the wrapper.
    public static final String RUNTIME_CLASS = "lifeboat";

    private final Gatekeeper.Awaited awaited;
    private final Evictions evictions;

    /// Port: who decides whether a pod may be evicted now.
    @FunctionalInterface
    public interface Evictions {
        /// @return what stands against it; empty when nothing does
        Optional<Refusal> against(String namespace, String name);
    }

    /// Why a pod is not evicted, as an answer that those who empty nodes know.
    public enum Answer {
        /// As a disruption budget's: kubectl asks again after five seconds, for as long as its own `--timeout`.
        WAIT(429, "TooManyRequests"),
        /// The pod that was meant is gone, and this one only has its name: kubectl is done with it.
        GONE(404, "NotFound");

        private final int code;
        private final String reason;

        Answer(int code, String reason) {
            this.code = code;
            this.reason = reason;
        }
    }

    /// @param why for people
    public record Refusal(Answer answer, String why) {}

    public Admission(Gatekeeper.Awaited awaited, Evictions evictions) {
        this.awaited = awaited;
        this.evictions = evictions;
    }

    /// Of a pod that is about to be made: it is held back when it takes the place of one that is on its way, and in any
    /// case while nobody knows.
    ///
    /// @throws IllegalArgumentException when it is no review
    public String pod(String review) {
        AdmissionRequest request = request(review);
        var response = allowed(request);
        if (request.getObject() instanceof Pod pod && pod.getSpec() != null && heldBack(named(pod, request))) {
            response.setPatchType("JSONPatch");
            response.setPatch(Base64.getEncoder().encodeToString(gate(pod).getBytes(StandardCharsets.UTF_8)));
        }
        return answer(response);
    }

    /// The namespace may stand in the request only, and the name be made from a prefix yet.
    private static Pod named(Pod pod, AdmissionRequest request) {
        pod.getMetadata().setNamespace(request.getNamespace());
        return pod;
    }

    private boolean heldBack(Pod pod) {
        boolean placed = pod.getSpec().getNodeName() != null;
        boolean ours = pod.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> Boolean.TRUE.equals(owner.getController())
                        && !owner.getKind().equals("DaemonSet"));
        return !placed && ours && waits(Successor.of(pod));
    }

    /// What empties a node may delete a pod in the very moment that its save begins: "nobody" is said only of the
    /// journal as it was when the question came.
    private boolean waits(Successor successor) {
        if (!awaited.known() || awaited.waitingFor(successor) > 0) {
            return true;
        }
        awaited.refresh();
        return awaited.waitingFor(successor) > 0;
    }

    private static String gate(Pod pod) {
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        ObjectNode gate = JsonNodeFactory.instance.objectNode().put("name", ProtectedPod.GATE);
        boolean first = pod.getSpec().getSchedulingGates().isEmpty();
        ObjectNode add = patch.addObject().put("op", "add");
        if (first) {
            add.put("path", "/spec/schedulingGates").putArray("value").add(gate);
        } else {
            add.put("path", "/spec/schedulingGates/-").set("value", gate);
        }
        patch.addObject().put("op", "add").put("path", "/spec/runtimeClassName").put("value", RUNTIME_CLASS);
        return Serialization.asJson(patch);
    }

    /// Of a pod that is about to be evicted: it has to wait while it is being saved.
    ///
    /// @throws IllegalArgumentException when it is no review
    public String eviction(String review) {
        AdmissionRequest request = request(review);
        Optional<Refusal> against = Boolean.TRUE.equals(request.getDryRun())
                ? Optional.empty()
                : evictions.against(request.getNamespace(), request.getName());
        var response = allowed(request);
        against.ifPresent(refusal -> {
            response.setAllowed(false);
            response.setStatus(new StatusBuilder()
                    .withCode(refusal.answer().code)
                    .withReason(refusal.answer().reason)
                    .withMessage(refusal.why())
                    .build());
        });
        return answer(response);
    }

    private static AdmissionRequest request(String review) {
        try {
            AdmissionRequest request =
                    Serialization.unmarshal(review, AdmissionReview.class).getRequest();
            if (request == null || request.getUid() == null) {
                throw new IllegalArgumentException("an AdmissionReview has a request with a uid");
            }
            return request;
        } catch (KubernetesClientException wrong) {
            throw new IllegalArgumentException("no AdmissionReview: " + wrong.getMessage(), wrong);
        }
    }

    private static AdmissionResponse allowed(AdmissionRequest request) {
        return new AdmissionResponseBuilder()
                .withUid(request.getUid())
                .withAllowed(true)
                .build();
    }

    private static String answer(AdmissionResponse response) {
        return Serialization.asJson(
                new AdmissionReviewBuilder().withResponse(response).build());
    }
}
