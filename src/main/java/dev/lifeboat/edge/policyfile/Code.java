package dev.lifeboat.edge.policyfile;

/// What can be wrong with a policy file. Codes are stable: they are never reused, and never change their meaning.
public enum Code {
    UNKNOWN_KEY(1, "unknown key", "The block has no such key. Lifeboat refuses it rather than ignore what you meant."),
    DUPLICATE_KEY(2, "key given twice", "YAML would silently keep only one of the two values."),
    WRONG_TYPE(3, "wrong type", "The value is of another type than the key takes, such as text for a number."),
    WRONG_NESTING(
            4, "key in the wrong place", "The key exists, but in another block; most often a slip of indentation."),
    NOT_A_CHOICE(5, "not one of the words", "The key takes one of a few words, written exactly so."),
    BAD_UNIT(6, "not a duration or quantity", "The value lacks its unit or has one that is not known."),
    OUT_OF_RANGE(7, "out of range", "The value can be read but is smaller or larger than allowed."),
    MISSING_KEY(8, "required key missing", "The block means nothing without the key."),
    BAD_TEXT(9, "text of the wrong form", "Names, paths and kinds have a fixed form, as Kubernetes asks for it."),
    NOT_EXACTLY_ONE(10, "not exactly one of several keys", "Exactly one of these keys says what is to be done."),
    NOTHING_MATCHED(
            11,
            "nothing is selected",
            "An empty `match` would cover everything; say so with `workloads` or a selector."),
    DUPLICATE_NAME(
            12, "name given twice", "Rungs of one ladder, and policies of one set, are told apart by their names."),
    WRONG_KIND(
            13,
            "not in this kind of policy",
            "The key belongs to ClusterEvacuationPolicy alone, or to EvacuationPolicy alone."),
    NOT_YAML(
            15,
            "not readable as YAML",
            "The text cannot be parsed; what is reported is the smallest repair that we found."),
    NOT_TEXT(16, "not UTF-8 text", "Policy files are UTF-8 without control characters."),
    TOO_LARGE(17, "too large", "A policy is small; whatever is this large or this deep is not one."),
    NOT_A_POLICY(18, "not a policy", "The file holds nothing that Lifeboat could read."),
    BAD_CONDITION(20, "CEL expression in error", "The expression does not parse, or its types do not agree."),
    BAD_SNAPSHOT(
            21,
            "snapshot of a case cannot be used",
            "A case for `policy test` names a cluster snapshot that is not there, or not as its reference says."),
    NO_STORE(
            40,
            "checkpoint without a store",
            "A rung makes checkpoints, but nothing says where they go and which key protects them."),
    UNREACHABLE_RUNG(
            110, "rung never reached", "A rung above it has no condition and always fits, so this one is never tried."),
    LADDER_CAN_FAIL(
            111, "last rung can fail to fit", "When no rung fits, the workload is killed with no action at all."),
    IMPOSSIBLE_WINDOW(120, "no window is left", "What is kept back or waited for is longer than the notice itself."),
    TOO_SLOW(
            121,
            "longer than the usable window",
            "The step alone is longer than what the notice leaves, so its rung can never finish."),
    GUARDRAIL(122, "beyond a guardrail", "A ClusterEvacuationPolicy of the same set is stricter; its limit will hold."),
    NO_EFFECT(131, "without effect", "The block has no effect, given the rest of the policy."),
    REVERSIBLE_ONLY(
            132,
            "advice alone does not evacuate",
            "RebalanceRecommendation only pre-dumps; no rung is ever taken on it.");

    /// The first code that is advice rather than a refusal.
    private static final int FIRST_WARNING = 100;

    private final int number;
    private final String title;
    private final String reason;

    Code(int number, String title, String reason) {
        this.number = number;
        this.title = title;
        this.reason = reason;
    }

    /// Such as `LBP001`.
    public String id() {
        return "LBP%03d".formatted(number);
    }

    public String title() {
        return title;
    }

    /// Why it is reported.
    public String reason() {
        return reason;
    }

    public Severity severity() {
        return number < FIRST_WARNING ? Severity.ERROR : Severity.WARNING;
    }

    /// Whether the file can be used.
    public enum Severity {
        ERROR("error"),
        WARNING("warning");

        private final String word;

        Severity(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
