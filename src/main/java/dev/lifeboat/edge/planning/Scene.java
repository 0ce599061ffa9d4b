package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.Question;
import dev.lifeboat.policy.Policies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The options that `what-if` and `explain` share: a cluster, policies, a supposed notice, and how to answer.
final class Scene {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee = CommandSpec.create();

    @Option(
            names = "--snapshot",
            paramLabel = "FILE",
            description = "cluster snapshot, JSON; docs/reference/snapshot.md describes it")
    private @Nullable Path snapshot;

    @Option(names = "--policies", paramLabel = "DIR", description = "policies, a folder or a file")
    private @Nullable Path policies;

    @Option(
            names = "--notice",
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
            throw missing();
        }
        SupposedNotice supposed = SupposedNotice.parse(notice);
        var supposition = Supposition.read(snapshot);
        Question question = supposition.question(supposed, folder.load(policies));
        return Report.of(
                question, Decisions.decide(question), supposition.node(supposed.node()), supposition.paces(question));
    }

    Policies policies(PolicyFolder folder) {
        if (policies == null) {
            throw new MissingParameterException(
                    mixee.commandLine(), List.of(), "Missing required option: '--policies=DIR'");
        }
        return folder.load(policies);
    }

    /// As picocli says it of options that are always required.
    private MissingParameterException missing() {
        var forms = new ArrayList<String>();
        if (snapshot == null) {
            forms.add("'--snapshot=FILE'");
        }
        if (policies == null) {
            forms.add("'--policies=DIR'");
        }
        if (notice == null) {
            forms.add("'--notice=node=NAME[,window=120s][,trigger=SpotInterruption]'");
        }
        String what = forms.size() == 1 ? "option" : "options";
        return new MissingParameterException(
                mixee.commandLine(), List.of(), "Missing required " + what + ": " + String.join(", ", forms));
    }

    boolean wantsJson() {
        return json;
    }

    static String json(Object answer) throws JsonProcessingException {
        return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(answer);
    }
}
