package dev.lifeboat.edge.kubernetes.picture;

import io.fabric8.kubernetes.client.KubernetesClientException;

/// What an API server's answer says about trying again.
final class Refused {
    private static final int REQUEST_TIMEOUT = 408;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY_REQUESTS = 429;

    private Refused() {}

    /// Whether the same request would be refused again at once: a namespace that is not there, a right that is missing.
    static boolean forGood(KubernetesClientException answer) {
        int code = answer.getCode();
        return code >= 400 && code < 500 && code != REQUEST_TIMEOUT && code != CONFLICT && code != TOO_MANY_REQUESTS;
    }
}
