package dev.lifeboat.agent;

import java.nio.file.Path;

/// A whole pre-dump that one dump may build on.
///
/// @param folder where the dumper left what it has to say about it
record Parent(Path folder, DirtyMark mark) {
    /// Unlike any other of this node.
    String name() {
        return String.valueOf(folder.getFileName());
    }

    /// @param child what the dump is called that builds on it
    PageSink guard(PageSink sink, String child) {
        return new Inheriting(sink, mark, name(), child);
    }
}
