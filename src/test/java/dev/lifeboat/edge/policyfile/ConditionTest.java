package dev.lifeboat.edge.policyfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.policyfile.Expressions.Outcome;
import dev.lifeboat.edge.policyfile.Shape.Form;
import dev.lifeboat.policy.Completion;
import dev.lifeboat.policy.Condition;
import dev.lifeboat.policy.Condition.Verdict;
import dev.lifeboat.policy.Facts;
import dev.lifeboat.policy.Grouping;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ConditionTest {
    @Test
    void aConditionIsAskedWithTheFacts() {
        assertThat(ask("estimate.p99 < window.usable && pod.restarts < 5", measured()))
                .isEqualTo(new Verdict.Holds());
        assertThat(ask("checkpoint.size < quantity('8Gi')", measured())).isEqualTo(new Verdict.Holds());
        assertThat(ask("workload.runningFor > duration('10m')", measured())).isEqualTo(new Verdict.Holds());
        assertThat(ask("metadata.labels['app'] == 'redis'", measured())).isEqualTo(new Verdict.Holds());
        assertThat(ask("window.trigger == 'SpotInterruption'", measured())).isEqualTo(new Verdict.Holds());
    }

    @Test
    void aFalseConditionShowsWhatItSaw() {
        assertThat(ask("pod.restarts > 5", measured())).isEqualTo(new Verdict.Fails("pod.restarts = 2"));
    }

    @Test
    void whatIsNotKnownCannotBeDecided() {
        assertThat(ask("estimate.p99 < window.usable", facts(null)))
                .isInstanceOfSatisfying(
                        Verdict.Undecided.class,
                        undecided -> assertThat(undecided.why()).contains("estimate.p99 = unknown"));
        assertThat(ask("metadata.labels['none'] == 'x'", measured())).isInstanceOf(Verdict.Undecided.class);
    }

    @Test
    void aHookIsDoneWhenItsAnswerSaysSo() {
        var done = (Completion) compiled(Form.COMPLETION, "response.status == 200 && response.json.step > 0");

        assertThat(done.test(new Completion.Response(200, 0, "{\"step\": 7}"))).isEqualTo(new Verdict.Holds());
        assertThat(done.test(new Completion.Response(200, 0, "{\"step\": 0}"))).isInstanceOf(Verdict.Fails.class);
        assertThat(done.test(new Completion.Response(200, 0, "<html>"))).isInstanceOf(Verdict.Undecided.class);
    }

    @Test
    void workloadsWithoutTheLabelAreOnTheirOwn() {
        var by = (Grouping) compiled(Form.GROUPING, "metadata.labels['app']");
        var none = (Grouping) compiled(Form.GROUPING, "metadata.labels['job']");

        assertThat(by.key(measured())).contains("redis");
        assertThat(none.key(measured())).isEmpty();
    }

    @Test
    void faultsAreReportedAtTheirOwnColumnWhateverTheQuoting() {
        assertThat(columnOf("      when: estimate.p95 < window.usabel\n")).isEqualTo("12:35");
        assertThat(columnOf("      when: \"estimate.p95 < window.usabel\"\n")).isEqualTo("12:36");
        assertThat(columnOf("      when: 'metadata.name == ''a'' && estimate.p95 < window.usabel'\n"))
                .isEqualTo("12:62");
        assertThat(columnOf("      when: >-\n        workload.ready &&\n        window.usabel > duration('1s')\n"))
                .isEqualTo("14:16");
    }

    private static String columnOf(String when) {
        String text = """
                apiVersion: lifeboat.dev/v1alpha1
                kind: EvacuationPolicy
                metadata: {name: a, namespace: b}
                spec:
                  match: {workloads: [{kind: Job}]}
                  triggers: [NodeDrain]
                  store: {ref: s, encryption: {kms: k}}
                  ladder:
                    - name: live
                      checkpoint: {mode: Full}
                      hooks: {}
                """ + when + "    - {name: out, drain: {}}\n";
        var problems = PolicyFiles.read("p.yaml", text).problems();
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst().suggestion()).isEqualTo("usable");
        return problems.getFirst().span().line() + ":"
                + problems.getFirst().span().column();
    }

    private static Verdict ask(String text, Facts facts) {
        return ((Condition) compiled(Form.CONDITION, text)).test(facts);
    }

    private static Object compiled(Form form, String text) {
        return ((Outcome.Compiled) Expressions.compile(form, text)).expression();
    }

    private static Facts measured() {
        return facts(new Facts.Estimate(
                Duration.ofSeconds(9), Duration.ofSeconds(14), Duration.ofSeconds(20), Duration.ofSeconds(1)));
    }

    private static Facts facts(Facts.@Nullable Estimate estimate) {
        return new Facts(
                new Facts.Workload("StatefulSet", "cart", "shop", true, Duration.ofHours(2)),
                new Facts.Pod("cart-0", 2, 1),
                estimate,
                new Facts.Window(Duration.ofSeconds(100), Duration.ofMinutes(2), Trigger.SpotInterruption),
                new Facts.Checkpoint(ByteCount.ofMebi(512), Duration.ofMinutes(1)),
                new Facts.Metadata("cart-0", "shop", Map.of("app", "redis"), Map.of()));
    }
}
