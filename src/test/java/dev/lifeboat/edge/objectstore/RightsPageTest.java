package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.lifeboat.Drawn;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The rights that pages tell people to give on AWS are those that our calls need, no fewer and no more.
final class RightsPageTest {
    private static final String EKS = "docs/how-to/run-on-eks.md";
    private static final String SDK = "software.amazon.awssdk.services.";
    private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final Set<String> NO_REQUESTS = Set.of("builder", "close");

    /// Whose action has another name than the call. Source, read 2026-11: AWS Service Authorization Reference.
    private static final Map<String, String> ACTIONS = Map.of(
            "createMultipartUpload", "PutObject",
            "uploadPart", "PutObject",
            "completeMultipartUpload", "PutObject",
            "listObjectsV2Paginator", "ListBucket",
            "deleteMessageBatch", "DeleteMessage",
            "describeInstancesPaginator", "DescribeInstances");

    @TempDir
    private Path folder;

    @Test
    void theBucketsPolicyAllowsWhatTheStoreAsksFor() throws Exception {
        Set<String> needed = actions("s3");

        assertThat(texts(policy(EKS), "Action")).containsExactlyInAnyOrderElementsOf(needed);
        assertThat(named("docs/how-to/prepare-a-store.md", "s3")).isEqualTo(needed);
    }

    @Test
    void theKeysPolicyAllowsWhatSealingAsksFor() throws Exception {
        Set<String> needed = actions("kms");

        assertThat(texts(policy("docs/how-to/keep-the-key.md"), "Action")).containsExactlyInAnyOrderElementsOf(needed);
        assertThat(named(EKS, "kms")).isEqualTo(needed);
    }

    @Test
    void theQueuesPageNamesWhatItsListenerAsksFor() throws Exception {
        assertThat(named("eviction-listeners/ec2-sqs/README.md", "sqs|ec2|autoscaling"))
                .isEqualTo(actions("sqs|ec2|autoscaling"));
    }

    @Test
    void theBucketsPolicyCoversEveryObjectAndNothingElse() throws Exception {
        try (var shelf = new Shelf(folder)) {
            shelf.save("alone", "demo/alone", 1, 0);
            shelf.saveOnChain("first", "second", 2, 3);
            shelf.restore("first");
        }
        String bucket = "arn:aws:s3:::example-checkpoints";
        var granted = texts(policy(EKS), "Resource");

        try (var files = Files.walk(folder.resolve("store"))) {
            Set<String> written = files.filter(Files::isRegularFile)
                    .map(file -> folder.resolve("store").relativize(file).getName(0))
                    .map(top -> bucket + "/prod/" + top + "/*")
                    .collect(Collectors.toCollection(TreeSet::new));
            written.add(bucket);
            assertThat(granted).containsExactlyInAnyOrderElementsOf(written);
        }
    }

    /// What the classes that run beside workloads call of these services, as actions of IAM.
    private static Set<String> actions(String services) {
        return Callers.CLASSES.stream()
                .map(JavaClass::getMethodCallsFromSelf)
                .flatMap(Set::stream)
                .map(JavaAccess::getTarget)
                .filter(target -> target.getOwner().getName().matches(SDK + "\\w+\\.\\w+Client"))
                .filter(target -> !NO_REQUESTS.contains(target.getName()))
                .map(target -> service(target.getOwner()) + ":" + action(target.getName()))
                .filter(action -> action.matches("(" + services + "):.*"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Read once: whatever they refer to is read with them.
    private static final class Callers {
        private static final JavaClasses CLASSES = new ClassFileImporter()
                .importPaths(
                        product().resolve("dev/lifeboat/edge/objectstore"),
                        product().resolve("dev/lifeboat/edge/source/ec2"));

        private static Path product() {
            return Path.of(URI.create(KmsKeys.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toString()));
        }
    }

    private static String service(JavaClass client) {
        return client.getSimpleName().replace("Client", "").toLowerCase(Locale.ROOT);
    }

    private static String action(String call) {
        return ACTIONS.getOrDefault(call, call.substring(0, 1).toUpperCase(Locale.ROOT) + call.substring(1));
    }

    private static Set<String> named(String page, String services) throws Exception {
        return Pattern.compile("`((?:" + services + "):\\w+)`")
                .matcher(read(page))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static JsonNode policy(String page) throws Exception {
        var found = JSON.matcher(read(page));
        assertThat(found.find()).as("%s has a policy", page).isTrue();
        return JsonMapper.builder().build().readTree(found.group(1));
    }

    /// Of one statement or of many, single or in a list.
    private static List<String> texts(JsonNode policy, String field) {
        return policy.findValues(field).stream()
                .flatMap(value ->
                        value.isArray() ? StreamSupport.stream(value.spliterator(), false) : List.of(value).stream())
                .map(JsonNode::asText)
                .toList();
    }

    private static String read(String page) throws Exception {
        return Files.readString(Drawn.top().resolve(page));
    }
}
