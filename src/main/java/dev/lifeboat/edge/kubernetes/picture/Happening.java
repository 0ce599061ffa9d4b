package dev.lifeboat.edge.kubernetes.picture;

import static dev.lifeboat.edge.kubernetes.picture.Happening.On.EVACUATION;
import static dev.lifeboat.edge.kubernetes.picture.Happening.On.NODE;
import static dev.lifeboat.edge.kubernetes.picture.Happening.On.OWNER;
import static dev.lifeboat.edge.kubernetes.picture.Happening.On.POD;
import static dev.lifeboat.edge.kubernetes.picture.Happening.Type.Normal;
import static dev.lifeboat.edge.kubernetes.picture.Happening.Type.Warning;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Every event (events.k8s.io/v1) that Lifeboat tells: its reason, which never changes its meaning, its type, what it
/// is told on, and its words. Every Warning ends with what to run next. The reference page is drawn from this.
public enum Happening {
    NoticeAccepted(
            Warning,
            "{said} heard from {source}; the node goes {deadline}. Next: kubectl get nodenotice {notice} -o wide",
            NODE),
    NoticeSetAside(Normal, "{said} heard from {source} starts nothing: {why}", NODE),
    NoticeWithdrawn(Normal, "{source} has taken notice {notice} back", NODE),
    EvacuationBegun(Normal, "{workload} has to leave {from}, which goes at {deadline}", POD, OWNER, EVACUATION),
    WorkloadFrozen(Normal, "stands still for its dump", POD, EVACUATION),
    CheckpointStored(
            Normal, "{pages} are in the store as {checkpoint}; stood still for {frozen}", POD, OWNER, EVACUATION),
    SaveFailed(
            Warning,
            "save on {from} failed: {why}. Next: kubectl describe evacuation {evacuation} -n {namespace}",
            POD,
            OWNER,
            EVACUATION),
    SaveTakenBack(Normal, "the save is taken back: {why}", EVACUATION),
    NodeLost(
            Warning,
            "{from} is gone without a word; survivors look for a checkpoint. Next: kubectl get evacuation {evacuation}"
                    + " -n {namespace} -w",
            POD,
            EVACUATION),
    WorkloadKept(
            Warning,
            "{workload} cannot be saved: {why}. It runs on, and goes back to its background checkpoint once {from} is"
                    + " gone. Next: kubectl get evacuation {evacuation} -n {namespace} -w",
            POD,
            OWNER,
            EVACUATION),
    BackgroundChosen(
            Warning,
            "{workload} goes back to {checkpoint}: {lost} of its work are lost. Next: lifeboat explain --broker BROKER"
                    + " --workload {workload}",
            POD,
            OWNER,
            NODE,
            EVACUATION),
    RestorePlaced(Normal, "restore {attempt} goes to {to}", EVACUATION),
    NoDestination(
            Warning,
            "{refused} nodes refused it. Next: lifeboat explain --broker BROKER --workload {workload}",
            POD,
            OWNER,
            EVACUATION),
    RestoreFailed(
            Warning,
            "restore {attempt} on {to} failed: {why}. Next: lifeboat checkpoint ls --store STORE",
            OWNER,
            EVACUATION),
    WorkloadResumed(Normal, "{workload} runs on {to}, with its memory", POD, OWNER, NODE, EVACUATION),
    WorkloadEnded(
            Normal,
            "{workload} was restored on {to}, with its memory, and has ended there by itself; its own output says how",
            POD,
            OWNER,
            NODE,
            EVACUATION),
    WorkloadLetGo(Normal, "stays where it is: {why}", POD, OWNER, EVACUATION),
    WindowMissed(
            Warning,
            "{workload} was not saved: {why}. Next: lifeboat explain --broker BROKER --workload {workload}",
            POD,
            OWNER,
            NODE,
            EVACUATION),
    WorkloadLost(
            Warning,
            "the memory of {workload} is gone: {why}. Next: lifeboat explain --broker BROKER --workload {workload}",
            POD,
            OWNER,
            NODE,
            EVACUATION),
    CheckpointStranded(
            Warning,
            "{checkpoint} is in the store and runs nowhere: {why}. Next: lifeboat checkpoint verify {checkpoint} --store"
                    + " STORE",
            POD,
            OWNER,
            EVACUATION);

    private static final Pattern PLACE = Pattern.compile("\\{([a-z]+)}");

    private final Type type;
    private final String template;

    @SuppressWarnings("ImmutableEnumChecker") // It is a List.of.
    private final List<On> on;

    /// Kubernetes' own words.
    public enum Type {
        Normal,
        Warning
    }

    /// What an event is told on.
    public enum On {
        /// The workload's, where it is one.
        POD,
        /// What controls the pod; the Deployment of a ReplicaSet.
        OWNER,
        /// The one that goes.
        NODE,
        EVACUATION
    }

    Happening(Type type, String template, On... on) {
        this.type = type;
        this.template = template;
        this.on = List.of(on);
    }

    public Type type() {
        return type;
    }

    public List<On> on() {
        return on;
    }

    public String template() {
        return template;
    }

    /// @param values of every `{place}` in the template
    String note(Map<String, String> values) {
        return PLACE.matcher(template)
                .replaceAll(
                        place -> Matcher.quoteReplacement(Words.cut(values.getOrDefault(place.group(1), "unknown"))));
    }
}
