package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.orchestrator.Planner;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class FollowingPlannerTest {
    /// A question that it does not pass on is answered as if the cluster had no policies.
    @Test
    void everyQuestionGoesToThePoliciesAsTheyAreNow() throws Exception {
        for (Method question : Planner.class.getDeclaredMethods()) {
            if (!Modifier.isStatic(question.getModifiers()) && !question.isSynthetic()) {
                assertThat(Arrays.stream(FollowingPlanner.class.getDeclaredMethods())
                                .filter(own -> own.getName().equals(question.getName()))
                                .filter(own -> Arrays.equals(own.getParameterTypes(), question.getParameterTypes())))
                        .as(question.toString())
                        .hasSize(1);
            }
        }
    }
}
