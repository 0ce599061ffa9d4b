package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.Question;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lifeboat what-if`: the production planner on a cluster snapshot and a supposed notice.
@Command(
        name = "what-if",
        mixinStandardHelpOptions = true,
        description = {
            "Say what would happen to every workload of a node if its notice came now.",
            "",
            "Runs the planner of the orchestrator on a snapshot; touches nothing and needs no cluster. One row for each"
                    + " workload: the rung of its policy that is taken, how long that takes (p50 and p95), what is left"
                    + " of the window after it, where it goes, and what is lost.",
            "",
            "Example: lifeboat what-if --snapshot docs/examples/snapshots/shop.json --policies policies"
                    + " --notice node=ip-10-1-2-3,window=120s"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything that a policy wants saved would be saved",
            "1:the snapshot, a policy or an option cannot be used; the message says where",
            "2:something would be lost"
        })
public final class WhatIf implements Callable<Integer> {
    static final int UNUSABLE = 1;
    static final int LOSES = 2;

    private final PolicyFolder folder;

    @Option(names = "--snapshot", required = true, paramLabel = "FILE", description = "cluster snapshot, JSON")
    private @Nullable Path snapshot;

    @Option(names = "--policies", required = true, paramLabel = "DIR", description = "policies, a folder or a file")
    private @Nullable Path policies;

    @Option(
            names = "--notice",
            required = true,
            paramLabel = "node=NAME[,window=120s][,trigger=SpotInterruption]",
            description = "the notice to suppose")
    private @Nullable String notice;

    @Option(names = "--json", description = "print JSON instead of the table")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    public WhatIf(PolicyFolder folder) {
        this.folder = folder;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        if (snapshot == null || policies == null || notice == null || spec == null) {
            throw new IllegalStateException("picocli sets what is required");
        }
        try {
            Report report = report(snapshot, policies, notice, folder);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(report));
            } else {
                new Table(report).print(out);
            }
            out.flush();
            return report.losesSomething() ? LOSES : 0;
        } catch (BadInput e) {
            spec.commandLine().getErr().println("lifeboat what-if: " + e.getMessage());
            return UNUSABLE;
        }
    }

    static Report report(Path snapshot, Path policies, String notice, PolicyFolder folder) {
        SupposedNotice supposed = SupposedNotice.parse(notice);
        var supposition = new Supposition(snapshot.toString(), SnapshotFile.read(snapshot));
        Question question = supposition.question(supposed, folder.load(policies));
        return Report.of(question, Decisions.decide(question), supposition.node(supposed.node()));
    }
}
