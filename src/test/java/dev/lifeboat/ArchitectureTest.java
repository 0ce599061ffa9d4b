package dev.lifeboat;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the arrows: nouns ← roles ← edges.
final class ArchitectureTest {
    private static final String ROOT = "dev.lifeboat";

    /// The reading order: each noun sees only those before it.
    private static final List<String> NOUNS =
            List.of("quantity", "notice", "workload", "checkpoint", "estimate", "policy", "plan", "migration");

    private static final List<String> ROLES = List.of("listener", "orchestrator", "agent");

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void everyPackageIsInARing() {
        for (JavaClass type : PRODUCT) {
            String ring = ringOf(type);
            assertThat(NOUNS.contains(ring) || ROLES.contains(ring) || ring.equals("edge"))
                    .as("package of %s is in no ring", type.getName())
                    .isTrue();
        }
    }

    @Test
    void whatIsNotUnderEdgeNeedsTheJdkAlone() {
        check(noClasses()
                .that(not(resideInAPackage(ROOT + ".edge..")))
                .should()
                .dependOnClassesThat(not(resideInAnyPackage("java..", "org.jspecify..", ROOT + ".."))));
    }

    @Test
    void nounsSeeOnlyNounsBeforeThem() {
        for (int i = 0; i < NOUNS.size(); i++) {
            var allowed = new ArrayList<String>();
            NOUNS.subList(0, i + 1).forEach(noun -> allowed.add(ROOT + "." + noun + ".."));
            allowed.add("java..");
            allowed.add("org.jspecify..");
            check(classes()
                    .that()
                    .resideInAPackage(ROOT + "." + NOUNS.get(i) + "..")
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new)))
                    .allowEmptyShould(true));
        }
    }

    @Test
    void nounsHaveNoClockNoChanceNoInputNoThreads() {
        String[] nouns = NOUNS.stream().map(noun -> ROOT + "." + noun + "..").toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAnyPackage(nouns)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.io..", "java.net..", "java.nio.file..", "java.util.concurrent.."))
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.time.Clock.class)
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random"));
    }

    @Test
    void rolesSeeNoEdgeAndNoOtherRole() {
        for (String role : ROLES) {
            var forbidden = Stream.concat(ROLES.stream().filter(other -> !other.equals(role)), Stream.of("edge"))
                    .map(other -> ROOT + "." + other + "..")
                    .toArray(String[]::new);
            check(noClasses()
                    .that()
                    .resideInAPackage(ROOT + "." + role + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden)
                    .allowEmptyShould(true));
        }
    }

    @Test
    void edgesAreBlindToEachOther() {
        check(slices().matching(ROOT + ".edge.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(resideInAPackage(ROOT + ".edge.launch.."), resideInAPackage(ROOT + ".edge..")));
    }

    @Test
    void foreignMemoryStaysInLinux() {
        check(noClasses()
                .that(not(resideInAPackage(ROOT + ".edge.linux..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign.."));
    }

    /// The catalogue of metrics is whole because nothing is registered past it. To read them out is nothing new.
    @Test
    void metersAreMadeInTheCatalogueAlone() {
        var catalogue = ROOT + ".edge.telemetry.Metric";
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName(catalogue)
                .should()
                .callMethodWhere(
                        target(owner(assignableTo(MeterRegistry.class))).and(target(not(name("scrape")))))
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("io\\.micrometer\\..*(Builder|Metrics)"));
        check(noClasses()
                .that(not(resideInAnyPackage(ROOT + ".edge.telemetry..", ROOT + ".edge.launch..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer.."));
    }

    @Test
    void namesSayWhatAThingIs() {
        check(noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Base|Dto|Constants)"));
    }

    @Test
    void nothingStaticChanges() {
        check(fields().that().areStatic().should().beFinal());
    }

    @Test
    void thePackageDiagramShowsTheRings() {
        var lines = new StringBuilder("%% Drawn by ArchitectureTest: an arrow points at what is used.\nflowchart RL\n");
        for (int i = 1; i < NOUNS.size(); i++) {
            lines.append("    ")
                    .append(NOUNS.get(i))
                    .append(" --> ")
                    .append(NOUNS.get(i - 1))
                    .append('\n');
        }
        ROLES.forEach(role -> lines.append("    ")
                .append(role)
                .append(" --> ")
                .append(NOUNS.getLast())
                .append('\n'));
        PRODUCT.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(ROOT + ".edge."))
                .map(name -> name.substring(ROOT.length() + 1).split("\\.", -1)[1])
                .distinct()
                .sorted()
                .forEach(edge -> drawEdge(edge, lines));
        Drawn.matches(Path.of("docs", "reference", "packages.mmd"), lines.toString());
    }

    private static void drawEdge(String edge, StringBuilder lines) {
        String prefix = ROOT + ".edge." + edge;
        for (String role : ROLES) {
            boolean uses = PRODUCT.stream()
                    .filter(type -> type.getPackageName().equals(prefix)
                            || type.getPackageName().startsWith(prefix + "."))
                    .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                    .anyMatch(use -> use.getTargetClass().getPackageName().equals(ROOT + "." + role));
            if (uses) {
                lines.append("    edge.")
                        .append(edge)
                        .append(" --> ")
                        .append(role)
                        .append('\n');
            }
        }
    }

    private static String ringOf(JavaClass type) {
        String rest = type.getPackageName().substring(ROOT.length());
        if (rest.isEmpty()) {
            return "";
        }
        int dot = rest.indexOf('.', 1);
        return dot < 0 ? rest.substring(1) : rest.substring(1, dot);
    }

    private static void check(ArchRule rule) {
        rule.check(PRODUCT);
    }
}
