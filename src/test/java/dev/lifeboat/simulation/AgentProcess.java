package dev.lifeboat.simulation;

import dev.lifeboat.agent.Agent;
import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.Alone;
import dev.lifeboat.agent.Background;
import dev.lifeboat.agent.Budget;
import dev.lifeboat.agent.Gauge;
import dev.lifeboat.agent.Host;
import dev.lifeboat.agent.Tempo;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Connections;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One life of the production agent. Wherever it waits, it may die.
final class AgentProcess {
    /// A save waits about twenty times, so about as many die as when each had a handful of steps.
    private static final int CRASH_POINTS = 5;

    private final SimulatedNode node;
    private final Schedule schedule;
    private final Faults faults;
    private final Consumer<Report> send;
    private final List<Fiber> fibers = new ArrayList<>();
    private final Agent agent;
    private final Alone alone;
    private @Nullable Fiber current;
    private boolean dead;
    private boolean copying;

    AgentProcess(SimulatedNode node, SimulatedNode.Surroundings around) {
        this.node = node;
        this.schedule = around.schedule();
        this.faults = around.faults();
        this.send = around.send();
        var host = new Host(
                node.name, "criu 4.1.1", "6.1.0", "cpu", around.scratch().resolve(node.name.value()));
        agent = new Agent(
                host,
                new SimulatedWorkloads(node, this, around.scratch()),
                new SimulatedCheckpointer(node, this, schedule, faults),
                around.storeFor(this),
                new Agent.Outside(
                        this::report,
                        node::offered,
                        schedule::now,
                        this::start,
                        ahead(),
                        null,
                        id -> new StandingOrders.Terms(id, Connections.REFUSE, KEY),
                        background()));
        alone = new Alone(host, agent::on, node.lastOrders, new Alone.Outside(this::report, schedule::now));
        node.notices().forEach(agent::on);
    }

    /// As every workload's policy names it.
    static final String KEY = "of-the-policy";

    /// As the last orders say.
    private Background background() {
        return new Background(
                id -> node.lastOrders.read().flatMap(orders -> orders.keeping(id)),
                (_, _) -> Optional.empty(),
                _ -> {});
    }

    /// As its own loop does; where it still is at it, nothing.
    void copyAhead() {
        if (!copying) {
            copying = true;
            start(() -> {
                try {
                    agent.copyAhead();
                } catch (InterruptedException impossible) {
                    throw new AssertionError(impossible);
                } finally {
                    copying = false;
                }
            });
        }
    }

    /// Rounds of saves, and those that complete checkpoints of what runs on begin with.
    private Ahead ahead() {
        var gauge = new Gauge() {
            @Override
            public Duration elapsed() {
                return Duration.between(Schedule.START, schedule.now());
            }

            @Override
            public Duration processor() {
                return Duration.ZERO;
            }
        };
        return new Ahead(
                new SimulatedMemory(node, this),
                new Budget(1, ByteRate.ofMegabytes(1)),
                gauge,
                10,
                null,
                new Tempo(List::of, null));
    }

    Alone alone() {
        return alone;
    }

    Agent agent() {
        return agent;
    }

    boolean dead() {
        return dead;
    }

    /// Nothing of it goes on: whoever waits, unwinds now, and whoever called this, next.
    void die() {
        dead = true;
        fibers.stream().filter(fiber -> fiber != current).toList().forEach(this::resume);
    }

    void aliveOrDied() {
        if (dead) {
            throw new Fiber.Died();
        }
    }

    private void start(Runnable task) {
        var fiber = new Fiber(() -> {
            if (!dead) {
                task.run();
            }
        });
        fibers.add(fiber);
        schedule.soon(5, () -> resume(fiber));
    }

    private void resume(Fiber fiber) {
        Fiber before = current;
        current = fiber;
        try {
            fiber.resume();
        } finally {
            current = before;
        }
        if (fiber.over()) {
            fibers.remove(fiber);
        }
    }

    /// Waits up to so long; the process may die at it. Outside of an order's task nothing waits.
    void pause(int mostMillis) {
        aliveOrDied();
        Fiber mine = current;
        if (mine == null) {
            return;
        }
        if (schedule.chance(faults.crash() / CRASH_POINTS)) {
            node.crash();
            throw new Fiber.Died();
        }
        schedule.soon(mostMillis, () -> resume(mine));
        mine.suspend();
        aliveOrDied();
    }

    /// The order's task that asks.
    Fiber running() {
        Fiber mine = current;
        if (mine == null) {
            throw new IllegalStateException("a dump outside of an order");
        }
        return mine;
    }

    /// It may die before the report is out, and right after it.
    private void report(Report report) {
        pause(10);
        send.accept(report);
        pause(10);
    }
}
