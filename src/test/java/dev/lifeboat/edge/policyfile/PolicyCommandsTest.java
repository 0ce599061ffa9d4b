package dev.lifeboat.edge.policyfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.lifeboat.Drawn;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What `lifeboat policy …` prints for programs, and what it exits with.
final class PolicyCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path POLICIES = Drawn.top().resolve("policies");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    @ParameterizedTest
    @CsvSource({"clean,,0", "clean,--strict,0", "warned,,0", "warned,--strict,1", "wrong,,2", "wrong,--strict,2"})
    void lintExitsWithWhatItFound(String which, String flag, int code) throws IOException {
        Path file = file(which);

        assertThat(flag == null ? run("lint", file.toString()) : run("lint", flag, file.toString()))
                .as(out.toString())
                .isEqualTo(code);
    }

    @Test
    void jsonNamesThePlaceTheCodeAndTheAdvice() throws IOException {
        run("lint", "--json", file("wrong").toString());

        JsonNode problem = JSON.readTree(out.toString()).path("problems").path(0);
        assertThat(problem.path("line").asInt()).isEqualTo(7);
        assertThat(problem.path("column").asInt()).isEqualTo(9);
        assertThat(problem.path("code").asText()).isEqualTo("LBP005");
        assertThat(problem.path("severity").asText()).isEqualTo("error");
        assertThat(problem.path("path").asText()).isEqualTo("spec.mode");
        assertThat(problem.path("suggestion").asText()).isEqualTo("Enforce");
    }

    @Test
    void aLazyRestoreOfContainersIsSaidToHaveNoEffect() throws IOException {
        String web =
                Files.readString(POLICIES.resolve("stateful-web.yaml")).replace("fallback: ColdStart", "lazy: true");
        Path file = Files.writeString(folder.resolve("web.yaml"), web);

        assertThat(run("lint", file.toString())).isZero();
        assertThat(out.toString()).contains("LBP131", "spec.restore.lazy", "containers are restored whole");
    }

    @ParameterizedTest
    @CsvSource({"clean", "warned", "wrong"})
    void sarifIsValid(String which) throws IOException {
        run("lint", "--sarif", file(which).toString());

        JsonNode log = JSON.readTree(out.toString());
        try (InputStream schema = getClass().getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
            var validator = JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(Objects.requireNonNull(schema));
            assertThat(validator.validate(log)).isEmpty();
        }
        assertThat(log.at("/runs/0/results").size()).isEqualTo(which.equals("clean") ? 0 : 1);
    }

    @Test
    void theSchemaTakesWhatTheLinterTakes() throws IOException {
        run("schema");
        var schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(out.toString());
        for (String text : Mutants.originals()) {
            JsonNode policy = JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
            assertThat(schema.validate(policy)).as(text).isEmpty();
        }
        JsonNode wrong = JSON.valueToTree(
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file("wrong"))));
        assertThat(schema.validate(wrong)).isNotEmpty();
    }

    @Test
    void casesAreReportedAsJUnitDoes() throws Exception {
        Files.copy(POLICIES.resolve("stateful-web.yaml"), folder.resolve("stateful-web.yaml"));
        String cases = Files.readString(POLICIES.resolve("stateful-web.cases.yaml"));
        Files.writeString(
                folder.resolve("stateful-web.cases.yaml"),
                cases.replaceFirst("(?s)  - name: in a whole cluster.*", "")
                        .replaceFirst("verdict: Stored, rung: live", "verdict: Drained, rung: <clean & \"exit\">"));
        Path xml = folder.resolve("results.xml");

        assertThat(run("test", folder.toString(), "--junit", xml.toString())).isEqualTo(1);

        var suite = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(xml.toFile())
                .getDocumentElement();
        assertThat(suite.getTagName()).isEqualTo("testsuite");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getElementsByTagName("testcase").getLength())
                .isEqualTo(Integer.parseInt(suite.getAttribute("tests")))
                .isGreaterThan(5);
        assertThat(suite.getElementsByTagName("failure").getLength()).isEqualTo(1);
    }

    @Test
    void aFailureSaysWhereItIsWhatDiffersAndWhatBecameOfEachRung() throws IOException {
        Files.copy(POLICIES.resolve("batch-best-effort.yaml"), folder.resolve("batch-best-effort.yaml"));
        String cases = Files.readString(POLICIES.resolve("batch-best-effort.cases.yaml"));
        Path file = Files.writeString(
                folder.resolve("batch-best-effort.cases.yaml"),
                cases.replace("verdict: LetGo, rung: let-it-go", "verdict: Saved, rung: opportunistic"));

        assertThat(run("test", folder.toString())).isEqualTo(1);

        assertThat(out.toString())
                .contains("FAIL  " + file + ":8: a young run is let go")
                .contains("verdict: expected Saved, got LetGo")
                .contains("rung: expected opportunistic, got let-it-go")
                .contains("rung opportunistic: CONDITION_FALSE, words for CONDITION_FALSE")
                .contains("rung let-it-go: taken")
                .doesNotContain("[", "Refused");
    }

    @Test
    void casesAreReportedAsJsonToo() throws IOException {
        assertThat(run("test", POLICIES.resolve("batch-best-effort.cases.yaml").toString(), "--json"))
                .isEqualTo(0);

        JsonNode results = JSON.readTree(out.toString());
        assertThat(results.path("failed").asInt()).isZero();
        assertThat(results.path("passed").asInt())
                .isEqualTo(results.path("cases").size());
        JsonNode young = results.path("cases").path(1);
        assertThat(young.path("line").asInt()).isEqualTo(8);
        assertThat(young.path("differences").size()).isZero();
        assertThat(young.path("ladder").path(0).path("code").asText()).isEqualTo("CONDITION_FALSE");
        assertThat(young.path("ladder").path(1).path("taken").asBoolean()).isTrue();
    }

    @Test
    void casesThatCannotBeRunAreErrors() throws IOException {
        Files.writeString(
                folder.resolve("a.cases.yaml"),
                "apiVersion: lifeboat.dev/v1alpha1\nkind: PolicyCases\npolicies: [a.yaml]\ncases: []\n");

        assertThat(run("test", folder.toString())).isEqualTo(2);
        assertThat(out.toString()).contains("a.cases.yaml:4:");
    }

    private Path file(String which) throws IOException {
        String clean = Files.readString(POLICIES.resolve("stateful-web.yaml"));
        String text = switch (which) {
            case "clean" -> clean;
            case "warned" -> clean.replace("reserve: 20s", "reserve: 20m");
            default -> clean.replace("mode: Enforce", "mode: Enforced");
        };
        return Files.writeString(folder.resolve("a policy.yaml"), text);
    }

    private int run(String... arguments) {
        return PolicyCommand.commandLine(
                        (snapshot, supposed, policies) -> {
                            throw new IllegalArgumentException(snapshot + ": there is no such file");
                        },
                        refusal -> "words for " + refusal.code())
                .setOut(new PrintWriter(out))
                .execute(arguments);
    }
}
