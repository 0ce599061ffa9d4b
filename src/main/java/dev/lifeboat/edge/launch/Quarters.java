package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.Room;
import dev.lifeboat.edge.criu.CpuState;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.kubernetes.NodeLabels;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.HostFacts;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// This machine as a home for others: what it is was asked once, for it changes with a reboot only; what is free, each
/// time.
final class Quarters implements Room {
    private static final Logger LOG = Logger.getLogger(Quarters.class);

    /// What starts the workloads here: nothing but this agent. A container runtime says its name and version.
    private static final String RUNTIME = "process";

    private final @Nullable HostFacts facts;
    private final AgentSettings.Machine settings;

    private final Supplier<NodeLabels> labels;
    private final boolean open;

    private Quarters(
            @Nullable HostFacts facts, AgentSettings.Machine settings, Supplier<NodeLabels> labels, boolean open) {
        this.facts = facts;
        this.settings = settings;
        this.labels = labels;
        this.open = open;
    }

    /// Of an agent that restores nothing: what the machine is still tells where its workloads can live. Which CRIU the
    /// node's runtime calls, and how much of the processor's state that saves, is not known.
    static Quarters closed(AgentSettings.Machine settings, Supplier<NodeLabels> labels) throws IOException {
        return new Quarters(Machine.facts("", CpuState.NONE, RUNTIME), settings, labels, false);
    }

    @Override
    public boolean open() {
        return open;
    }

    /// @param labels of the node, which say what the settings leave out
    static Quarters look(CriuCheckpointer checkpointer, AgentSettings.Machine settings, Supplier<NodeLabels> labels)
            throws IOException, InterruptedException {
        return new Quarters(facts(checkpointer), settings, labels, true);
    }

    private static @Nullable HostFacts facts(CriuCheckpointer checkpointer) throws IOException, InterruptedException {
        String criu = checkpointer.version().toString();
        try {
            return Machine.facts(criu, checkpointer.cpuState(), RUNTIME);
        } catch (IOException unasked) {
            if (!Machine.architecture().equals("amd64")) {
                // Only there does CRIU keep more of a processor than its flags.
                return Machine.facts(criu, CpuState.NONE, RUNTIME);
            }
            LOG.warnf("this machine publishes no facts, so little is sent here why=%s", unasked.getMessage());
            return null;
        }
    }

    @Override
    public @Nullable Capacity offered() {
        if (facts == null) {
            return null;
        }
        NodeLabels said = labels.get();
        try {
            return new Capacity(
                    facts,
                    Machine.available(),
                    settings.capacity().or(said::capacity).orElse(CapacityOffer.Kind.SPOT),
                    settings.instanceType().orElseGet(said::instanceType),
                    settings.zone().orElseGet(said::zone),
                    settings.labels().orElseGet(said::pairs),
                    settings.devices().orElse(List.of()),
                    Set.of());
        } catch (IOException unreadable) {
            LOG.warnf("how much memory is free cannot be read why=%s", unreadable.getMessage());
            return null;
        }
    }
}
