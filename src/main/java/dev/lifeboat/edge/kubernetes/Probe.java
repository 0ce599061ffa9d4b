package dev.lifeboat.edge.kubernetes;

import static dev.lifeboat.edge.kubernetes.ProtectedPod.present;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The one probe by which a kubelet may end a container as it is now: its startup probe until that has
/// passed, its liveness probe from then on. A readiness probe ends nothing.
///
/// Defaults are the API server's: <https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#probe-v1-core>.
///
/// @param period from one to the next
/// @param failures in a row after which the container is ended
/// @param timeout of each
/// @param grace from the signal that asks the container to end to its kill
public record Probe(Kind kind, Ask ask, Duration period, int failures, Duration timeout, Duration grace) {
    private static final int USUAL_PERIOD_SECONDS = 10;
    private static final int USUAL_FAILURES = 3;
    private static final int USUAL_TIMEOUT_SECONDS = 1;
    private static final long USUAL_GRACE_SECONDS = 30;

    /// Whose answer it is.
    public enum Kind {
        /// A yes that the container has not given lets its other probes begin too early.
        STARTUP,
        LIVENESS
    }

    /// What it does.
    public sealed interface Ask {
        /// GET at the pod's own address.
        ///
        /// @param scheme `HTTP` or `HTTPS`
        /// @param path as it stands in the request's first line
        /// @param agent what its `User-Agent` begins with
        record Http(String scheme, int port, String path, String agent) implements Ask {}

        /// Opens a connection at the pod's own address.
        record Tcp(int port) implements Ask {}

        /// Asks gRPC's health service at the pod's own address, without TLS.
        ///
        /// @param service empty when the spec names none
        record Grpc(int port, String service) implements Ask {}

        /// Runs in the container.
        record Command(List<String> words) implements Ask {
            public Command {
                words = List.copyOf(words);
            }
        }

        /// Nobody but the container can answer it.
        ///
        /// @param what such as `hostNetwork`
        record Own(String what) implements Ask {}
    }

    /// Whether an agent beside the container can keep it from failing while the container stands still.
    public boolean isAnswerable() {
        return !(ask instanceof Ask.Own);
    }

    /// How long the container may stand still, with nobody answering for it, and go on afterwards. It is
    /// given up before that already, and so ends when it goes on; only the kill is what it bears no more.
    public Duration bears() {
        return patience().plus(grace);
    }

    /// From the moment it stops answering until it is asked to end, at the least.
    public Duration patience() {
        return period.multipliedBy(failures - 1L).plus(timeout);
    }

    /// @param started whether its startup probe has passed, or it has none
    static @Nullable Probe of(Container container, Started started, PodSpec pod) {
        var startup = container.getStartupProbe();
        if (startup != null && started == Started.NOT_YET) {
            return read(Kind.STARTUP, startup, container, pod);
        }
        var liveness = container.getLivenessProbe();
        return liveness == null ? null : read(Kind.LIVENESS, liveness, container, pod);
    }

    /// How far the kubelet sees a container.
    enum Started {
        NOT_YET,
        YES
    }

    private static Probe read(Kind kind, io.fabric8.kubernetes.api.model.Probe spec, Container container, PodSpec pod) {
        Long grace = spec.getTerminationGracePeriodSeconds();
        Long podsGrace = pod.getTerminationGracePeriodSeconds();
        return new Probe(
                kind,
                within(kind, ask(spec, container), pod),
                Duration.ofSeconds(or(spec.getPeriodSeconds(), USUAL_PERIOD_SECONDS)),
                or(spec.getFailureThreshold(), USUAL_FAILURES),
                Duration.ofSeconds(or(spec.getTimeoutSeconds(), USUAL_TIMEOUT_SECONDS)),
                Duration.ofSeconds(
                        Objects.requireNonNullElse(grace, Objects.requireNonNullElse(podsGrace, USUAL_GRACE_SECONDS))));
    }

    private static int or(@Nullable Integer said, int usual) {
        return said == null ? usual : said;
    }

    private static Ask within(Kind kind, Ask ask, PodSpec pod) {
        return switch (ask) {
            // Commands reach a container through its runtime: only our own can be told not to run one.
            case Ask.Command _
            when !Admission.RUNTIME_CLASS.equals(pod.getRuntimeClassName()) ->
                new Ask.Own("exec, without runtimeClassName: " + Admission.RUNTIME_CLASS);
            case Ask.Command _ -> ask;
            case Ask.Own _ -> ask;
            case Ask.Http _, Ask.Tcp _, Ask.Grpc _
            when kind == Kind.STARTUP -> new Ask.Own("a startup probe over the network");
            case Ask.Http _, Ask.Tcp _, Ask.Grpc _
            when Boolean.TRUE.equals(pod.getHostNetwork()) -> new Ask.Own("hostNetwork");
            case Ask.Http _, Ask.Tcp _, Ask.Grpc _ -> ask;
        };
    }

    private static Ask ask(io.fabric8.kubernetes.api.model.Probe spec, Container container) {
        if (spec.getExec() != null) {
            return command(present(spec.getExec().getCommand()));
        }
        if (spec.getHttpGet() != null) {
            return http(spec.getHttpGet(), container);
        }
        if (spec.getTcpSocket() != null) {
            int port = port(spec.getTcpSocket().getPort(), container);
            return isOwn(spec.getTcpSocket().getHost()) && port > 0 ? new Ask.Tcp(port) : new Ask.Own("tcpSocket");
        }
        if (spec.getGrpc() != null) {
            return new Ask.Grpc(
                    spec.getGrpc().getPort(),
                    Objects.requireNonNullElse(spec.getGrpc().getService(), ""));
        }
        return new Ask.Own("nothing that is known here");
    }

    /// A kubelet replaces `$(NAME)` by what the container's environment has for it: what it then runs is not what
    /// stands there.
    private static Ask command(List<String> words) {
        return words.stream().anyMatch(word -> word.contains("$("))
                ? new Ask.Own("exec with $(NAME)")
                : new Ask.Command(words);
    }

    private static Ask http(HTTPGetAction get, Container container) {
        int port = port(get.getPort(), container);
        if (!isOwn(get.getHost()) || port == 0) {
            return new Ask.Own("httpGet of another host, or a port without a number");
        }
        String path = get.getPath() == null ? "" : get.getPath();
        String scheme = get.getScheme() == null ? "HTTP" : get.getScheme();
        return new Ask.Http(scheme, port, path.startsWith("/") ? path : "/" + path, agent(get));
    }

    /// What a kubelet calls itself, with its release behind it, unless the spec says otherwise (pkg/probe/http).
    private static String agent(HTTPGetAction get) {
        return present(get.getHttpHeaders()).stream()
                .filter(header -> "User-Agent".equalsIgnoreCase(header.getName()))
                .map(HTTPHeader::getValue)
                .findFirst()
                .orElse("kube-probe/");
    }

    private static boolean isOwn(@Nullable String host) {
        return host == null || host.isEmpty();
    }

    /// @return 0 when a name is no port's of the container
    private static int port(@Nullable IntOrString port, Container container) {
        if (port == null) {
            return 0;
        }
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        return present(container.getPorts()).stream()
                .filter(each -> Objects.equals(each.getName(), port.getStrVal()))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElse(0);
    }
}
