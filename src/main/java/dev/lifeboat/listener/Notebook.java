package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import java.util.List;

/// Port: what is announced right now by each thing that is looked at again and again, kept over a restart:
/// what went away while nobody looked is withdrawn by whoever looks next. Safe for several threads.
public interface Notebook {
    /// For who has nowhere to keep it: then nothing is withdrawn on an earlier life's account.
    Notebook NONE = new Notebook() {
        @Override
        public List<Notice> announced(String source, String about) {
            return List.of();
        }

        @Override
        public void note(String source, String about, List<Notice> announced) {}
    };

    /// What was noted last; empty for what was never looked at.
    ///
    /// @param about what is looked at, unique within the source
    List<Notice> announced(String source, String about);

    /// From now on this is announced, whatever was. What cannot be kept is forgotten with the process.
    void note(String source, String about, List<Notice> announced);
}
