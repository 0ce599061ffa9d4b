package dev.lifeboat.edge.launch.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What the pipe is held to, as medians of one run.
enum PipeAim {
    FROZEN("frozen ≤ 0.5 × criu dump to tmpfs", 0.5) {
        @Override
        double value(Map<String, Row> rows, double codecPerGigabyte) {
            return row(rows, "lifeboat").frozenSeconds()
                    / row(rows, "criu-tmpfs").frozenSeconds();
        }
    },
    DURABLE("notice→durable ≤ 0.5 × dump to disk and upload", 0.5) {
        @Override
        double value(Map<String, Row> rows, double codecPerGigabyte) {
            return row(rows, "lifeboat").durableSeconds()
                    / row(rows, "criu-disk-upload").durableSeconds();
        }
    },
    /// Memory that is durable per second of the whole save, against the slower of its two stages.
    THROUGHPUT("throughput ≥ 0.9 × min(socket, codec on one core)", 0.9) {
        @Override
        double value(Map<String, Row> rows, double codecPerGigabyte) {
            Row ours = row(rows, "lifeboat");
            double gigabytes = ours.dumpedBytes() / 1e9;
            double socket = gigabytes / ours.frozenSeconds();
            return gigabytes / ours.durableSeconds() / Math.min(socket, 1 / codecPerGigabyte);
        }

        @Override
        boolean met(double value) {
            return value >= limit;
        }
    },
    PROCESSOR("processor beyond the codec's own ≤ 0.1 s/GB", 0.1) {
        @Override
        double value(Map<String, Row> rows, double codecPerGigabyte) {
            return row(rows, "lifeboat").processorPerGigabyte() - codecPerGigabyte;
        }
    };

    private final String text;
    final double limit;

    PipeAim(String text, double limit) {
        this.text = text;
        this.limit = limit;
    }

    /// @param codecPerGigabyte processor seconds that compressing and sealing 10^9 bytes of this victim takes alone
    abstract double value(Map<String, Row> rows, double codecPerGigabyte);

    String text() {
        return text;
    }

    boolean met(double value) {
        return value <= limit;
    }

    private static Row row(Map<String, Row> rows, String key) {
        Row row = rows.get(key);
        if (row == null) {
            throw new IllegalStateException("no row " + key);
        }
        return row;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// The medians of one contender.
    record Row(
            String title,
            double frozenSeconds,
            double durableSeconds,
            double processorPerGigabyte,
            long peakMemoryBytes,
            long diskWrittenBytes,
            long dumpedBytes) {
        static Row of(Contender contender, List<Measured> runs) {
            return new Row(
                    contender.title(),
                    median(runs.stream()
                            .mapToDouble(run -> Measured.seconds(run.frozen()))
                            .toArray()),
                    median(runs.stream()
                            .mapToDouble(run -> Measured.seconds(run.durable()))
                            .toArray()),
                    median(runs.stream()
                            .mapToDouble(Measured::processorPerGigabyte)
                            .toArray()),
                    (long) median(runs.stream()
                            .mapToDouble(run -> run.peakMemory().bytes())
                            .toArray()),
                    (long) median(runs.stream()
                            .mapToDouble(run -> run.diskWritten().bytes())
                            .toArray()),
                    (long) median(runs.stream()
                            .mapToDouble(run -> run.dumped().bytes())
                            .toArray()));
        }
    }
}
