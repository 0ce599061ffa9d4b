package dev.lifeboat.workload;

import java.util.Locale;

/// By what means a node's agent checkpoints. Each says what it can: plans go by that, not by its name.
public enum Means {
    /// The agent's own CRIU, with privileges.
    CRIU("the agent's own CRIU"),

    /// The kubelet's checkpoint interface, and the archive that it leaves on the node's disk.
    KUBELET("the kubelet's interface");

    private final String name;

    Means(String name) {
        this.name = name;
    }

    /// What there is to be able to.
    public enum Ability {
        /// What lies in the store already is not carried again: copying ahead of a notice, and
        /// rounds after it.
        INCREMENTAL("copies ahead of a notice and in rounds after it, so that a save carries what changed since"),
        /// Pages go to the store while they are dumped. Without it everything is written to a disk
        /// and read again.
        STREAM("pages go to the store as they are dumped, and touch no disk"),
        /// Nothing is done between the cut and the end that nobody remembers.
        HOLD("the workload stands still from the cut until its checkpoint is durable"),
        /// A dump under way can be taken back at any moment.
        ABORT("a dump under way is taken back at once"),
        /// Established TCP connections can be closed or kept, as a policy says.
        CONNECTIONS("a policy says what becomes of established TCP connections; without it they are refused"),
        /// Files outside of the container's root come along.
        VOLUMES("emptyDirs come along, and volumes that can be attached elsewhere"),
        /// Complete checkpoints of what runs on.
        BACKGROUND("complete checkpoints of what runs on"),
        RESTORE("restores");

        private final String meaning;

        Ability(String meaning) {
            this.meaning = meaning;
        }

        /// As the reference page has it: `incremental`.
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// What it is.
        public String meaning() {
            return meaning;
        }
    }

    /// Whether agents of this kind can.
    public boolean can(Ability ability) {
        return switch (this) {
            case CRIU -> true;
            case KUBELET ->
                switch (ability) {
                    case INCREMENTAL, STREAM, HOLD, ABORT, CONNECTIONS, VOLUMES, BACKGROUND, RESTORE -> false;
                };
        };
    }

    /// For people.
    public String described() {
        return name;
    }
}
