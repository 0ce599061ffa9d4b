package dev.lifeboat.edge.launch;

import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.plan.CapacityOffer;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What an operator may set for an agent.
@ConfigMapping(prefix = "lifeboat.agent")
public interface AgentSettings {
    /// The node's name, as Kubernetes knows it.
    Optional<String> node();

    /// Kafka's `bootstrap.servers`.
    @WithDefault("127.0.0.1:9092")
    String kafka();

    /// Partitions of the topics; the same for every process.
    @WithDefault("4")
    int partitions();

    /// Where the agent remembers what runs here; survives its restart.
    @WithDefault("/var/lib/lifeboat")
    Path state();

    /// The spool of this node's listener: what is in it has not reached Kafka, and is acted on by the standing orders.
    @WithDefault("/var/lib/lifeboat/listener.spool")
    Path spool();

    /// The workloads' folders; the same path on every node.
    @WithDefault("/run/lifeboat/workloads")
    Path workloads();

    /// A folder on tmpfs for what must not touch a disk.
    @WithDefault("/dev/shm/lifeboat")
    Path scratch();

    /// A CRIU that passes `criu check`.
    @WithDefault("/usr/sbin/criu")
    Path criu();

    /// runc, for workloads that are containers; none can be run when left out.
    Optional<Path> runc();

    Pods pods();

    /// Workloads that are pods of a Kubernetes cluster.
    interface Pods {
        /// Whether this node's pods with the label `lifeboat.dev/protect: "true"` are the workloads. Then nothing else
        /// is.
        @WithDefault("false")
        boolean enabled();

        /// Where the container runtime lets runc keep its state.
        @WithDefault("/run/containerd/runc/k8s.io")
        Path runtimeState();

        /// The folder on tmpfs that is shared with the runtime's wrapper, `lifeboat-runc`.
        @WithDefault("/run/lifeboat/restores")
        Path restores();

        /// What the emptyDirs of one pod may hold to be saved with it; MiB. It is packed into the scratch folder, in
        /// memory, while the pod stands still.
        @WithDefault("256")
        int volumesMebibytes();
    }

    /// Lets workloads whose policy says `restore.lazy` run again before their pages are there: sooner, but with the
    /// store in the way of every page that has not come yet. Where the kernel cannot, and for containers, they are
    /// restored whole.
    @WithDefault("false")
    boolean lazy();

    Kubelet kubelet();

    /// Saving pods through the kubelet's own checkpoint interface, where nothing privileged may run. Such an agent
    /// restores nothing.
    interface Kubelet {
        /// The node's kubelet, such as `https://10.0.1.7:10250`; the agent has CRIU dump by itself when left out.
        Optional<URI> address();

        /// The folder that the kubelet puts archives into, as it is mounted here.
        @WithDefault("/var/lib/kubelet/checkpoints")
        Path archives();

        /// Certificates, PEM, one of which has signed the kubelet's.
        @WithDefault("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")
        Path authority();

        /// What the agent shows to the kubelet.
        @WithDefault("/var/run/secrets/kubernetes.io/serviceaccount/token")
        Path token();

        /// No larger archive is asked for, for it takes the node's disk; GiB.
        @WithDefault("16")
        int mostGibibytes();

        /// A container on which it is tried out every ten minutes, as `NAMESPACE/POD/CONTAINER`; it stands
        /// still for some tenths of a second. Left out, whether the container runtime can checkpoint shows
        /// with the first save.
        Optional<String> trial();
    }

    /// Workload files to start, unless they run already.
    Optional<List<Path>> start();

    /// Between two heartbeats.
    @WithDefault("1s")
    Duration heartbeat();

    Background background();

    /// Copying running workloads ahead of any notice, so that a save carries only what changed since.
    interface Background {
        /// From the start of one round to the next, for workloads whose policy does not say. Those are not copied
        /// ahead when left out. Where a policy has `preDump`, the orchestrator says how often.
        Optional<Duration> interval();

        /// Share of one core that a round may use of this process's time; less where the policy allows less.
        @WithDefault("0.2")
        double processorShare();

        /// What a round may send to the store; MB (10^6) per second; less where the policy allows less.
        @WithDefault("25")
        double linkMegabytesPerSecond();

        /// Rounds of one chain; then it starts anew, with everything.
        @WithDefault("100")
        int rounds();
    }

    Machine machine();

    /// What the machine cannot be asked itself.
    interface Machine {
        /// Its zone, such as `eu-central-1a`. This and what follows is by the node's labels when left out, where the
        /// agent saves pods.
        Optional<String> zone();

        /// Its type, such as `m6i.4xlarge`.
        Optional<String> instanceType();

        /// On what terms it runs: `on-demand`, `spot` or `reserved`; `spot` where labels do not say either.
        Optional<CapacityOffer.Kind> capacity();

        /// The node's labels that policies may ask for, as `key=value`.
        Optional<Set<String>> labels();

        /// Models of its free devices, such as `nvidia-t4`, once for each.
        Optional<List<String>> devices();
    }

    Telemetry telemetry();

    /// Watching how fast workloads change, for the forecast.
    interface Telemetry {
        /// Rest between two windows of half a minute.
        @WithDefault("60s")
        Duration interval();
    }

    Store store();

    /// Where checkpoints go.
    interface Store {
        /// A bucket as `s3://BUCKET` or `s3://BUCKET/PREFIX`, or a folder that every node mounts.
        Optional<String> location();

        /// The S3 endpoint; the cloud's own when left out.
        Optional<URI> endpoint();

        /// The bucket's region.
        @WithDefault("us-east-1")
        String region();

        /// With the secret key: fixed credentials. The AWS SDK's usual places are asked when left out.
        Optional<String> accessKey();

        /// With the access key.
        Optional<String> secretKey();

        /// A file with 32 bytes as hex or base64 that wraps every checkpoint's own key, whatever
        /// policies name. There is no default. With a KMS key it only opens what was sealed before.
        Optional<Path> keyFile();

        /// The KMS key that wraps every checkpoint's own key where no policy names another: id, alias or ARN.
        Optional<String> kms();

        /// The endpoint of the KMS; the cloud's own, in the bucket's region, when left out.
        Optional<URI> kmsEndpoint();

        /// How pages are compressed unless a save is ordered otherwise: `zstd`, `lz4`, `gzip` or `none`.
        @WithDefault("zstd")
        Codec codec();

        /// Requests at once, of a save's uploads and of a restore's downloads, 1 to 64; each keeps 16 MiB of memory.
        /// What background rounds send has two of its own.
        @WithDefault("6")
        int streams();

        /// One request; then it is tried again, a bounded number of times.
        @WithDefault("5s")
        Duration timeout();

        /// Pages that wait in memory for compression and upload; MiB.
        @WithDefault("1024")
        int memoryMebibytes();
    }
}
