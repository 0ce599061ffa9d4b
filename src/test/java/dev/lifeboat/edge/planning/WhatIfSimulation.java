package dev.lifeboat.edge.planning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.plan.Choice;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.Question;
import dev.lifeboat.policy.Policies;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What-if and the orchestrator cannot disagree.
final class WhatIfSimulation {
    private static final int SITUATIONS = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// The orchestrator itself: notice in, journal out; then what-if on what it saw.
    @Test
    void whatIfDecidesAsTheOrchestratorDidAndTheJournalReplaysToTheSameNumber() throws JsonProcessingException {
        Policies policies = PolicyFiles.load(Path.of("policies")).all();
        int saves = 0;
        int known = 0;
        for (long seed = 0; seed < SITUATIONS; seed++) {
            var situation = new RandomDoom(seed);
            Recording recording = situation.decided(policies);
            assertThat(recording.replayed(policies).explanations())
                    .as("replayed, seed %d", seed)
                    .isEqualTo(recording.explanations());
            byte[] file = JSON.writeValueAsBytes(Portrait.of(recording.question(policies)));
            var supposition = new Supposition("snapshot.json", SnapshotFile.parse("snapshot.json", file));
            Question asked = supposition.question(situation.notice(), policies);
            assertThat(Decisions.decide(asked).explanations())
                    .as("what-if, seed %d", seed)
                    .isEqualTo(recording.explanations());
            String all = recording.explanations().toString();
            saves += all.contains("Choice.Save") || all.contains("choice=Save") ? 1 : 0;
            known += all.contains("Forecast") ? 1 : 0;
        }
        assertThat(saves).as("situations with saves").isGreaterThan(SITUATIONS / 10);
        assertThat(known).as("situations with forecasts").isGreaterThan(SITUATIONS / 5);
    }

    @Test
    void aSnapshotFileAsksTheVeryQuestionThatTheOrchestratorAsksAndGetsTheSameDecisions()
            throws JsonProcessingException {
        Policies policies = PolicyFiles.load(Path.of("policies")).all();
        int saved = 0;
        for (long seed = 0; seed < SITUATIONS; seed++) {
            var cluster = new RandomCluster(seed);
            byte[] file = JSON.writeValueAsBytes(cluster.snapshot());
            var supposition = new Supposition("snapshot.json", SnapshotFile.parse("snapshot.json", file));
            Question asked = supposition.question(cluster.notice(), policies);
            Question own = cluster.question(policies);
            assertThat(asked).as("seed %d", seed).isEqualTo(own);
            Decisions decided = Decisions.decide(own);
            assertThat(Decisions.decide(asked)).as("seed %d", seed).isEqualTo(decided);
            saved += (int) decided.acts().decisions().stream()
                    .filter(decision -> decision.choice() instanceof Choice.Save)
                    .count();
        }
        assertThat(saved)
                .as("saves among them, so that the equality says something")
                .isGreaterThan(SITUATIONS / 5);
    }
}
