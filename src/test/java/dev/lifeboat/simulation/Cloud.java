package dev.lifeboat.simulation;

import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Input;
import dev.lifeboat.simulation.Faults.Background;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What becomes of one machine, and who says so: its cloud, other sources, and those who empty it.
final class Cloud {
    static final Duration WINDOW = Duration.ofSeconds(60);

    /// Milliseconds; proofs of death are asked for some times a minute.
    static final int DEATH_SAID = 20_000;

    /// For any save.
    private static final Duration TOO_SHORT = Duration.ofSeconds(4);

    /// Milliseconds; some cuts outlast the window.
    private static final int MOST_CUT = 90_000;

    private final Schedule schedule;
    private final Faults faults;
    private final SimulatedNode home;
    private final Consumer<Input> deliver;

    /// What the machine's own listener has heard while it is cut off.
    private final List<Notice> spool = new ArrayList<>();

    private boolean cut;
    private @Nullable Instant diedAt;

    /// @param deliver into the log, as well as it goes
    Cloud(Schedule schedule, Faults faults, SimulatedNode home, Consumer<Input> deliver) {
        this.schedule = schedule;
        this.faults = faults;
        this.home = home;
        this.deliver = deliver;
    }

    /// Whether the machine has nobody to talk to but itself, and the store.
    boolean cut() {
        return cut;
    }

    /// Null while it lives.
    @Nullable
    Instant diedAt() {
        return diedAt;
    }

    void doom() {
        if (faults.background() != Background.OFF && schedule.chance(0.4)) {
            withoutAWord();
            return;
        }
        Duration window = faults.background() != Background.OFF && schedule.chance(0.5) ? TOO_SHORT : WINDOW;
        Notice.Preemption notice = warn("00000000000000aa", schedule.now().plus(window));
        if (schedule.chance(0.2)) {
            schedule.soon(40_000, () -> {
                withdraw("00000000000000bb", notice);
                // Whoever else said it takes it back as well.
                withdraw("00000000000000bd", ofAnotherSource(notice));
                if (schedule.chance(faults.again())) {
                    schedule.soon(40_000, () -> doomAgain(notice));
                }
            });
        } else if (schedule.chance(0.1)) {
            // Some machines are taken before their time.
            schedule.soon((int) window.toMillis(), this::dies);
        } else {
            // Clouds take a machine some seconds late.
            schedule.after(window.plusMillis(schedule.pick(5_000)), this::dies);
        }
    }

    /// After all: the same end, or another one.
    private void doomAgain(Notice.Preemption before) {
        Instant now = schedule.now();
        boolean same = schedule.chance(0.3) && before.closesAt().isAfter(now);
        Instant closesAt = same ? before.closesAt() : now.plus(WINDOW);
        warn(same ? "00000000000000aa" : "00000000000000ab", closesAt);
        schedule.after(Duration.between(now, closesAt).plusMillis(schedule.pick(5_000)), this::dies);
    }

    private Notice.Preemption warn(String id, Instant closesAt) {
        var notice =
                new Notice.Preemption(new NoticeId(id), home.name, "simulation", schedule.now(), closesAt, Action.STOP);
        if (schedule.chance(faults.cut())) {
            cutOff(notice);
        } else {
            deliver.accept(new Input.Told(notice));
        }
        return notice;
    }

    private void withdraw(String id, Notice said) {
        var withdrawal = new Notice.Withdrawal(new NoticeId(id), said.node(), said.source(), schedule.now(), said.id());
        if (cut) {
            spool.add(withdrawal);
        }
        deliver.accept(new Input.Told(withdrawal));
    }

    /// Its cloud says so some time later, where anybody asks.
    private void dies() {
        home.die();
        diedAt = schedule.now();
        if (faults.background() != Background.OFF) {
            schedule.soon(DEATH_SAID, this::sayDead);
        }
    }

    private void withoutAWord() {
        if (faults.background() == Background.UNPROVEN) {
            cut = true;
            schedule.soon(MOST_CUT, () -> cut = false);
            schedule.after(Duration.ofSeconds(15), this::sayDead);
        } else {
            dies();
        }
    }

    private void sayDead() {
        var id = new NoticeId("00000000000000ee");
        deliver.accept(new Input.Told(new Notice.Death(id, home.name, "simulation", schedule.now())));
    }

    /// The machine's listener and agent have nobody to talk to but each other. When the way is back it may be
    /// gone: then another source has said the same, and perhaps in other words than the one that was
    /// heard at home.
    private void cutOff(Notice.Preemption notice) {
        cut = true;
        spool.add(schedule.chance(0.5) ? notice : ofAnotherSource(notice));
        tellHome();
        schedule.soon(MOST_CUT, () -> {
            cut = false;
            spool.clear();
            deliver.accept(new Input.Told(notice));
        });
    }

    private static Notice.Preemption ofAnotherSource(Notice.Preemption said) {
        var id = new NoticeId("00000000000000dd");
        return new Notice.Preemption(id, said.node(), "elsewhere", said.receivedAt(), said.closesAt(), said.action());
    }

    private void tellHome() {
        if (cut) {
            spool.forEach(home::told);
            schedule.after(Duration.ofSeconds(1), this::tellHome);
        }
    }
}
