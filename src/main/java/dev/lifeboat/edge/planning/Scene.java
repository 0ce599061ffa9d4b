package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.Question;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that `what-if` and `explain` share: a cluster, policies, a supposed notice, and how to answer.
final class Scene {
    @Option(
            names = "--snapshot",
            required = true,
            paramLabel = "FILE",
            description = "cluster snapshot, JSON; docs/reference/snapshot.md describes it")
    private @Nullable Path snapshot;

    @Option(names = "--policies", required = true, paramLabel = "DIR", description = "policies, a folder or a file")
    private @Nullable Path policies;

    @Option(
            names = "--notice",
            required = true,
            paramLabel = "node=NAME[,window=120s][,trigger=SpotInterruption]",
            description = "the notice to suppose")
    private @Nullable String notice;

    @Option(names = "--json", description = "print JSON instead of text")
    private boolean json;

    /// What the production planner says of it.
    ///
    /// @throws BadInput when one of them cannot be used
    Report report(PolicyFolder folder) {
        if (snapshot == null || policies == null || notice == null) {
            throw new IllegalStateException("picocli sets what is required");
        }
        SupposedNotice supposed = SupposedNotice.parse(notice);
        var supposition = new Supposition(snapshot.toString(), SnapshotFile.read(snapshot));
        Question question = supposition.question(supposed, folder.load(policies));
        return Report.of(question, Decisions.decide(question), supposition.node(supposed.node()));
    }

    boolean wantsJson() {
        return json;
    }

    static String json(Object answer) throws JsonProcessingException {
        return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(answer);
    }
}
