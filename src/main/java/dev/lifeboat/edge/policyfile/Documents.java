package dev.lifeboat.edge.policyfile;

import dev.lifeboat.policy.Key;
import dev.lifeboat.policy.PolicyId;
import dev.lifeboat.policy.Spec;
import dev.lifeboat.policy.Text;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What stands around a policy in its file.
final class Documents {
    static final Shape.Block POLICY = Shapes.of(PolicyDocument.class);

    private Documents() {}

    /// Versions of the format that this build reads.
    enum Version {
        V1ALPHA1("lifeboat.dev/v1alpha1");

        private final String word;

        Version(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    record PolicyDocument(
            @Key(value = "Version of the format.", required = true)
            Version apiVersion,

            @Key(value = "EvacuationPolicy in a namespace, ClusterEvacuationPolicy across them.", required = true)
            PolicyId.Kind kind,

            @Key(value = "Name and labels, as on every object of Kubernetes.", required = true)
            Metadata metadata,

            @Key(value = "The policy.", required = true) Spec spec,

            @Key("Written by the cluster; ignored.") @Nullable
            Object status) {}

    record Metadata(
            @Key(value = "Name of the policy.", required = true, text = Text.NAME)
            String name,

            @Key(value = "Where an EvacuationPolicy holds.", standard = "default", text = Text.NAME)
            String namespace,

            @Key(value = "Free labels.", standard = "{}", names = Text.LABEL_KEY, text = Text.LABEL_VALUE)
            Map<String, String> labels,

            @Key(value = "Free annotations.", standard = "{}")
            Map<String, String> annotations,

            @Key(
                    value = "Set by the cluster; among policies of one priority the oldest wins.",
                    standard = "1970-01-01T00:00:00Z",
                    text = Text.INSTANT)
            Instant creationTimestamp,

            @Key("Written by the cluster; ignored.") @Nullable
            Object uid,

            @Key("Written by the cluster; ignored.") @Nullable
            Object resourceVersion,

            @Key("Written by the cluster; ignored.") @Nullable
            Object generation,

            @Key("Written by the cluster; ignored.") @Nullable
            Object managedFields,

            @Key("Written by the cluster; ignored.") @Nullable
            Object finalizers,

            @Key("Written by the cluster; ignored.") @Nullable
            Object ownerReferences) {}
}
