package dev.lifeboat.simulation;

/// What goes wrong, how often, and which of our own safeguards are taken away to see that the simulation notices.
///
/// @param crash chance that a process dies at a step
/// @param late chance that a message is late, or comes twice
/// @param store chance that a store call fails, half of the time after having done its work
/// @param cut chance that the doomed node is cut off from the log right before its notice
/// @param again chance that a notice that was taken back is given again
/// @param brief chance that a restored tree ends by itself as soon as it runs
/// @param fencing whether a former owner's transaction is refused
/// @param claims whether restores claim their checkpoint
/// @param rollback whether a dump that loses its agent lets go of what it froze
/// @param facts whether agents say what machine they are on
/// @param search whether survivors look for what a lost agent saved under another name
/// @param recall whether an orchestrator that starts knows nodes by their standing orders
/// @param background whether workloads are checkpointed while they run on, and what is taken for a death
record Faults(
        double crash,
        double late,
        double store,
        double cut,
        double again,
        double brief,
        Fencing fencing,
        Claims claims,
        Rollback rollback,
        Facts facts,
        Search search,
        Recall recall,
        Background background) {
    enum Fencing {
        ON,
        OFF
    }

    enum Claims {
        ON,
        OFF
    }

    enum Rollback {
        ON,
        OFF
    }

    enum Facts {
        ON,
        OFF
    }

    enum Search {
        ON,
        OFF
    }

    enum Recall {
        ON,
        OFF
    }

    enum Background {
        /// No workload is checkpointed while it runs on.
        OFF,
        /// All are, and some nodes die without notice; that they died is said once they have.
        ON,
        /// That a node died is said as soon as it is silent.
        UNPROVEN
    }

    static final Faults NONE = new Faults(
            0, 0, 0, 0, 0, 0, Fencing.ON, Claims.ON, Rollback.ON, Facts.ON, Search.ON, Recall.ON, Background.OFF);

    static final Faults USUAL = new Faults(
            0.02,
            0.05,
            0.08,
            0.3,
            0.5,
            0.03,
            Fencing.ON,
            Claims.ON,
            Rollback.ON,
            Facts.ON,
            Search.ON,
            Recall.ON,
            Background.OFF);

    Faults without(Fencing planted) {
        return new Faults(
                crash, late, store, cut, again, brief, planted, claims, rollback, facts, search, recall, background);
    }

    Faults without(Claims planted) {
        return new Faults(
                crash, late, store, cut, again, brief, fencing, planted, rollback, facts, search, recall, background);
    }

    Faults without(Rollback planted) {
        return new Faults(
                crash, late, store, cut, again, brief, fencing, claims, planted, facts, search, recall, background);
    }

    Faults without(Facts planted) {
        return new Faults(
                crash, late, store, cut, again, brief, fencing, claims, rollback, planted, search, recall, background);
    }

    Faults without(Search planted) {
        return new Faults(
                crash, late, store, cut, again, brief, fencing, claims, rollback, facts, planted, recall, background);
    }

    Faults without(Recall planted) {
        return new Faults(
                crash, late, store, cut, again, brief, fencing, claims, rollback, facts, search, planted, background);
    }

    Faults with(Background other) {
        return new Faults(
                crash, late, store, cut, again, brief, fencing, claims, rollback, facts, search, recall, other);
    }
}
