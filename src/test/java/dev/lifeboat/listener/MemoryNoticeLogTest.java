package dev.lifeboat.listener;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import java.util.List;

final class MemoryNoticeLogTest extends NoticeLogContract {
    private final MemoryNoticeLog log = new MemoryNoticeLog();

    @Override
    protected NoticeLog log() {
        return log;
    }

    @Override
    protected NoticeLog unreachableLog() {
        var unreachable = new MemoryNoticeLog();
        unreachable.cutOff();
        return unreachable;
    }

    @Override
    protected List<Notice> appendedFor(NodeName node) {
        return log.appended().stream()
                .filter(notice -> notice.node().equals(node))
                .toList();
    }
}
