package dev.lifeboat.edge.source.gce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.rpc.ApiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Google's own client against a counterpart of the Compute Engine API.
final class GceNodesTest {
    private static final String SPOT = "{\"preemptible\":true,\"provisioningModel\":\"SPOT\"}";
    private static final String ID = "8087716956832600000";
    private static final GceMachine MACHINE =
            new GceMachine("p", "z", "node-a", Long.parseLong(ID), "n2-standard-4", true);

    private final ComputeServer api = new ComputeServer();
    private final GceNodes nodes = open();

    @AfterEach
    void stop() {
        nodes.close();
        api.close();
    }

    @Test
    void aNodeIsKnownByWhatGoogleSays() {
        api.instance("node-a", ID, "RUNNING", SPOT);

        assertThat(nodes.machine("gce://p/z/node-a")).contains(MACHINE);
        assertThat(nodes.machine("gce://p/z/node-b")).isEmpty();
        assertThat(nodes.machine("aws:///eu-central-1a/i-1")).isEmpty();
        assertThat(MACHINE.providerId()).isEqualTo("gce://p/z/node-a");
    }

    @ParameterizedTest
    @CsvSource({
        "PROVISIONING,false",
        "STAGING,false",
        "RUNNING,false",
        "STOPPING,false",
        "SUSPENDING,false",
        "SUSPENDED,false",
        "REPAIRING,false",
        "TERMINATED,true",
        "STOPPED,true"
    })
    void aMachineIsDeadOnceItsMemoryIsGoneAndNotBefore(String status, boolean dead) {
        api.instance("node-a", ID, status, SPOT);

        assertThat(nodes.isDead(MACHINE)).isEqualTo(dead);
    }

    @Test
    void oneWhoseNameAnotherHasIsDead() {
        api.instance("node-a", "8087716956832600001", "RUNNING", SPOT);

        assertThat(nodes.isDead(MACHINE)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "delete,8087716956832600000,DONE,true",
        "compute.instances.preempted,8087716956832600000,DONE,true",
        "delete,8087716956832600000,RUNNING,false",
        "delete,8087716956832600001,DONE,false",
        "setLabels,8087716956832600000,DONE,false"
    })
    void oneThatIsNotThereIsDeadOnlyIfItWasEnded(String type, String target, String status, boolean dead) {
        api.operation(type, target, status);

        assertThat(nodes.isDead(MACHINE)).isEqualTo(dead);
    }

    @Test
    void oneThatNobodyEverHeardOfIsNotDead() {
        assertThat(nodes.isDead(MACHINE)).isFalse();
    }

    @Test
    void noAnswerIsNoProof() {
        api.close();

        assertThatThrownBy(() -> nodes.isDead(MACHINE)).isInstanceOf(ApiException.class);
    }

    private GceNodes open() {
        try {
            return GceNodes.at(api.endpoint());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
