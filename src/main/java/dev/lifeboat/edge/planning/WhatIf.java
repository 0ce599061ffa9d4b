package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `lifeboat what-if`: the production planner on a cluster snapshot and a supposed notice.
@Command(
        name = "what-if",
        mixinStandardHelpOptions = true,
        description = {
            "Says what would happen to every workload of a node if its notice came now.",
            "",
            "Runs the planner of the orchestrator on a snapshot; touches nothing and needs no cluster. One row for each"
                    + " workload: the rung of its policy that is taken, how long that takes (p50 and p95), what is left"
                    + " of the window after it, where it goes, and what is lost.",
            "",
            "Example: lifeboat what-if --snapshot docs/examples/snapshots/shop.json --policies policies"
                    + " --notice node=ip-10-1-2-3,window=120s"
        },
        exitCodeOnInvalidInput = 1,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything that a policy wants saved would be saved",
            "1:the snapshot, a policy or an option cannot be used; the message says where",
            "2:something would be lost"
        })
public final class WhatIf implements Callable<Integer> {
    private static final int LOSES = 2;

    private final PolicyFolder folder;

    @Mixin
    private Scene scene = new Scene();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public WhatIf(PolicyFolder folder) {
        this.folder = folder;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        Report report = scene.report(folder);
        PrintWriter out = spec.commandLine().getOut();
        if (scene.wantsJson()) {
            out.println(Scene.json(report));
        } else {
            new Table(report).print(out);
        }
        out.flush();
        return report.losesSomething() ? LOSES : 0;
    }
}
