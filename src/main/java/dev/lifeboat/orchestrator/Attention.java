package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Migration.Waiting;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Reclaim;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which migrations a tick looks at. When thousands of nodes are doomed, nearly all only wait for their turn, and that
/// comes when something on their node moves or their policy's budget has room. So of those it looks at
/// what has moved, whose turn has come, and whose node's time is up; and at those of every node now and then, so that
/// nothing depends on having been told.
final class Attention {
    /// Ticks between two looks at a node where nothing happens: 5 s at four ticks a second.
    private static final int ROUND = 20;

    private int tick;

    /// Some perhaps twice.
    List<Migration> due(Evacuations state, Instant now) {
        tick = (tick + 1) % ROUND;
        Set<NodeName> moved = state.register().takeMoved();
        var due = new ArrayList<Migration>(state.register().busy());
        for (NodeName node : state.register().waiting()) {
            boolean itsRound = Math.floorMod(node.hashCode(), ROUND) == tick;
            if (itsRound || moved.contains(node) || isUp(state.reclaim(node), now)) {
                state.of(node).stream().filter(Waiting.class::isInstance).forEach(due::add);
            }
        }
        due.addAll(state.register().turns().come(state));
        return due;
    }

    private static boolean isUp(@Nullable Reclaim reclaim, Instant now) {
        return reclaim == null || !Doom.open(reclaim, now);
    }
}
