package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import dev.lifeboat.edge.kubernetes.resource.Evacuation;
import dev.lifeboat.edge.policyfile.ResourceDefinition;
import dev.lifeboat.edge.policyfile.ResourceDefinition.Column;
import dev.lifeboat.migration.Migration;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The chart's definitions are what the types say. That an API server takes them is shown by `PoliciesOnCluster`.
final class CustomResourcesTest {
    @Test
    void theChartsDefinitionsAreDrawnFromTheTypes() {
        for (ResourceDefinition each : CustomResources.all()) {
            Drawn.matches(
                    Path.of("helm/lifeboat/crds", each.plural() + ".yaml"),
                    "# Drawn by CustomResourcesTest from the types of the policy format; do not edit.\n" + each.yaml());
        }
    }

    @Test
    void theReferencePageIsDrawnToo() {
        var page = new StringBuilder("""
                # Custom resources

                Drawn by `CustomResourcesTest`. All are of `lifeboat.dev/v1alpha1`; `kubectl get lifeboat -A` prints every one. The
                fields of a policy's spec are in [policy.md](policy.md). The journal is the truth: objects are its picture.
                """);
        for (ResourceDefinition each : CustomResources.all()) {
            page.append("\n## %s\n\n`kubectl get %s`, %s.\n\n| column | what it is |\n|---|---|\n"
                    .formatted(
                            each.kind(),
                            each.shortName(),
                            each.scope() == ResourceDefinition.Scope.Cluster
                                    ? "of the whole cluster"
                                    : "in a namespace"));
            for (Column column : each.columns()) {
                page.append("| %s%s | %s |\n"
                        .formatted(column.name(), column.priority() == 0 ? "" : " (`-o wide`)", column.about()));
            }
            page.append("\nConditions: ").append(words(each.conditions().types()));
            page.append(". Reasons: ")
                    .append(words(each.conditions().reasons()))
                    .append(".\n");
        }
        Drawn.matches(Path.of("docs/reference/custom-resources.md"), page.toString());
    }

    @Test
    void everyStateOfAMigrationHasItsWord() {
        assertThat(Arrays.stream(Evacuation.State.values()).map(Enum::name))
                .containsExactlyInAnyOrderElementsOf(
                        states(Migration.class).map(Class::getSimpleName).toList());
    }

    private static Stream<Class<?>> states(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(CustomResourcesTest::states)
                : Stream.of(type);
    }

    private static String words(Class<? extends Enum<?>> closed) {
        return String.join(
                ", ",
                Arrays.stream(closed.getEnumConstants())
                        .map(each -> "`" + each + "`")
                        .toList());
    }
}
