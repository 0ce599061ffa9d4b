package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.forecast.ForecastBench;
import dev.lifeboat.edge.launch.bench.IncrementalBench;
import dev.lifeboat.edge.launch.bench.PipeBench;
import dev.lifeboat.edge.launch.bench.ReactionBench;
import dev.lifeboat.edge.launch.bench.RestoreBench;
import dev.lifeboat.edge.launch.bench.StormBench;
import dev.lifeboat.edge.planning.BenchPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/// Groups the benches: `lifeboat bench NAME`. A bench measures one claim of ours, prints a table, writes documented
/// JSON with `--json FILE`, and with `--check` exits 3 and names the aim that was missed.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures one claim of Lifeboat and prints the figures, met or not.",
        synopsisSubcommandLabel = "NAME",
        subcommands = {
            HelpCommand.class,
            BenchPlan.class,
            ForecastBench.class,
            ImdsBench.class,
            IncrementalBench.class,
            PipeBench.class,
            ReactionBench.class,
            RestoreBench.class,
            StormBench.class
        })
final class Bench {}
