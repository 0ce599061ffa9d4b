package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Lets a dumper leave pages out only where nobody has had the dirty bits reset since the parent. It is asked
/// first with the tree standing still and its bits untouched: from then on the parent is spent, whatever comes
/// of the dump.
final class Inheriting implements PageSink {
    private final PageSink sink;
    private final DirtyMark mark;
    private final @Nullable String parent;
    private final String name;
    private boolean asked;
    private boolean builds;

    /// @param parent name of the pre-dump that the sink can inherit from; null when there is none
    /// @param name what this dump is called, unlike any other of this node
    Inheriting(PageSink sink, DirtyMark mark, @Nullable String parent, String name) {
        this.sink = sink;
        this.mark = mark;
        this.parent = parent;
        this.name = name;
    }

    @Override
    public boolean hasParent(MemoryObject owner) {
        if (!asked) {
            builds = mark.pass(parent, name);
            asked = true;
        }
        return builds && sink.hasParent(owner);
    }

    @Override
    public ByteBuffer reserve(Extent extent) throws InterruptedException {
        return sink.reserve(extent);
    }

    @Override
    public void commit(Extent extent) {
        sink.commit(extent);
    }

    @Override
    public void inherit(Extent extent) {
        sink.inherit(extent);
    }
}
