package dev.lifeboat.listener;

/// What happens to holds. Stable codes; metrics carry them in lower case.
public enum HoldStep {
    /// A cloud began to wait for us.
    OPENED,
    /// It was asked for more time and agreed.
    EXTENDED,
    /// It was told to go on: nothing is at risk any more.
    RELEASED,
    /// It went on by itself before we told it to.
    OVER,
    /// We kept it as long as we may; its own timeout decides.
    GIVEN_UP,
    /// It did not answer; asked again within a second.
    UNANSWERED,
    /// There was no room to keep it.
    TURNED_AWAY
}
