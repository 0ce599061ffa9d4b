package dev.lifeboat.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every log of notices does.
public abstract class NoticeLogContract {
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    protected abstract NoticeLog log();

    /// A log whose other end does not answer.
    protected abstract NoticeLog unreachableLog();

    /// Everything appended for a node since the test began, in order.
    protected abstract List<Notice> appendedFor(NodeName node) throws Exception;

    @Test
    void keepsTheOrderOfANodesNotices() throws Exception {
        var node = new NodeName("order-of-a-node");
        List<Notice> said =
                IntStream.range(0, 100).mapToObj(i -> notice(node, i)).toList();
        log().append(said.subList(0, 60));
        log().append(said.subList(60, 100));

        assertThat(appendedFor(node)).containsExactlyElementsOf(said);
    }

    @Test
    void hasEveryNoticeOfABatchOnceItReturns() throws Exception {
        var nodes =
                IntStream.range(0, 20).mapToObj(i -> new NodeName("batch-" + i)).toList();
        log().append(nodes.stream().map(node -> notice(node, 1)).toList());

        for (NodeName node : nodes) {
            assertThat(appendedFor(node)).containsExactly(notice(node, 1));
        }
    }

    @Test
    void takesAnEmptyBatch() {
        log().append(List.of());
    }

    @Test
    void saysSoWhenItIsOutOfReach() {
        NoticeLog unreachable = unreachableLog();

        assertThatThrownBy(() -> unreachable.append(List.of(notice(new NodeName("nobody"), 1))))
                .isInstanceOf(LogUnreachable.class);
    }

    private static Notice notice(NodeName node, int mark) {
        return new Notice.Advisory(NoticeId.of(node.value(), "" + mark), node, "ec2-imds", AT.plusSeconds(mark));
    }
}
