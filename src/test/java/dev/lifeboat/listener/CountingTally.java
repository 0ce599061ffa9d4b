package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Rejection;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// Counts in memory; keys such as `ec2-imds ACCEPTED`.
public final class CountingTally implements Tally {
    private final Map<String, Integer> counts = new HashMap<>();

    public synchronized int count(String key) {
        return counts.getOrDefault(key, 0);
    }

    @Override
    public void counted(String source, Outcome outcome) {
        add(source + ' ' + outcome);
    }

    @Override
    public void rejected(String source, Rejection reason) {
        add(source + ' ' + reason);
    }

    @Override
    public void lagged(Notice notice, Duration lag) {
        add(notice.source() + " lagged");
    }

    @Override
    public void held(String source, HoldStep step) {
        add(source + " hold " + step);
    }

    @Override
    public void heard(String source, Instant at) {
        add(source + " heard");
    }

    @Override
    public void silent(String source, String why) {
        add(source + " silent");
    }

    private synchronized void add(String key) {
        counts.merge(key, 1, Integer::sum);
    }
}
