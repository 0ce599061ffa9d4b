package dev.lifeboat.notice;

/// Why something that should have been a notice is none. Stable codes: metrics, dead letters and the runbook use them.
public enum Rejection {
    TOO_LARGE("The body is longer than the source's limit."),
    NOT_UTF8("The body is not valid UTF-8."),
    WRONG_CONTENT_TYPE("The answer says that it is neither JSON nor plain text; often a proxy's error page."),
    NOT_JSON("The body is not one whole JSON value."),
    DUPLICATE_KEY("An object has a key twice: two readers could understand it differently."),
    TOO_DEEP("The nesting, a string or a number is beyond any real notice."),
    WRONG_SHAPE("It is JSON, but not the object or list that this source sends."),
    MISSING_FIELD("A field without which the notice means nothing is missing or empty."),
    WRONG_TYPE("A field has another type than the vendor documents."),
    UNKNOWN_ACTION("The action is none that we know; unknown is not harmless."),
    UNKNOWN_EVENT("The kind or version of event is none that we know."),
    BAD_TIME("A time is in none of the vendor's documented forms."),
    PAST_DEADLINE("The deadline passed longer ago than clocks differ."),
    DEADLINE_TOO_FAR("The deadline is further off than this source announces anything."),
    BAD_NODE("The node's name cannot be a node's name.");

    private final String meaning;

    Rejection(String meaning) {
        this.meaning = meaning;
    }

    /// One sentence for people.
    public String meaning() {
        return meaning;
    }
}
