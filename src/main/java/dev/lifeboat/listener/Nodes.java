package dev.lifeboat.listener;

import dev.lifeboat.notice.NodeName;
import java.util.List;
import java.util.Optional;

/// Which machines of a cloud are nodes of ours. Needed where a source speaks of the whole account.
public interface Nodes {
    /// @param machine the cloud's own name, such as `i-0123456789abcdef0`
    /// @return empty when the machine is not in our cluster
    Optional<NodeName> named(String machine);

    /// @param reservation the cloud's name of a capacity reservation, such as `cr-0123456789abcdef0`
    /// @return our nodes in it; empty when there is none
    List<NodeName> inReservation(String reservation);
}
