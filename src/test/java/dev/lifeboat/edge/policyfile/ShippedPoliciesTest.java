package dev.lifeboat.edge.policyfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ShippedPoliciesTest {
    @Test
    void everyShippedPolicyIsClean() {
        var loaded = PolicyFiles.load(Drawn.top().resolve(Path.of("policies")));

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.policies()).hasSizeGreaterThanOrEqualTo(6);
    }
}
