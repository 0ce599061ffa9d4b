package dev.lifeboat.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One program of this checkout, tests among them, in a virtual machine of its own, whose root is whole and whose
/// kernel tracks writes. It takes ten times as long there, or more.
public final class GuestRun implements AutoCloseable {
    private static final Guest.Machine MACHINE = new Guest.Machine("tests", 4_096, 10_000);

    /// Room for what programs write on the disk that they are on: stores of several GiB. It is sparse.
    private static final int SPARE_MEBIBYTES = 6_000;

    /// Scripts have written down where they are, so it is in the same place.
    private static final Path CACHE =
            Path.of(System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache"));

    private static final String ENDED = "guest: program ended with ";

    private final Guest guest;

    private GuestRun(Guest guest) {
        this.guest = guest;
    }

    /// @param cached what goes along into the guest's cache, for provisioning scripts to find it there
    /// @param words for `java`, from its options to the program's last argument
    public static GuestRun start(Path folder, List<Path> cached, List<String> words)
            throws IOException, InterruptedException {
        Path image = Guest.image();
        Path content = Files.createDirectories(folder.resolve("guest"));
        Path checkout = Files.createDirectories(content.resolve("checkout"));
        copy(Drawn.top(), checkout, ".ci", "src/test/resources", "pom.xml");
        String classPath = classPath(checkout);
        Path cache = Files.createDirectories(content.resolve("cache"));
        for (Path each : cached) {
            GuestDisk.run("cp", "-a", each.toString(), cache.toString());
        }
        Path disk = GuestDisk.make(content, script(classPath, words), mebibytes(content) + SPARE_MEBIBYTES);
        GuestDisk.run("rm", "-r", content.toString());
        return new GuestRun(Guest.start(MACHINE, image, disk, folder));
    }

    private static void copy(Path from, Path to, String... names) throws IOException, InterruptedException {
        for (String name : names) {
            Path parent = to.resolve(name).resolveSibling("");
            Files.createDirectories(parent);
            GuestDisk.run("cp", "-a", from.resolve(name).toString(), parent.toString());
        }
    }

    /// This JVM's own, copied: folders and jars under new names, in the same order.
    private static String classPath(Path checkout) throws IOException, InterruptedException {
        String own = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path library = Files.createDirectories(checkout.resolve("library"));
        var words = new StringBuilder();
        int number = 0;
        for (String each : own.split(Pattern.quote(File.pathSeparator), -1)) {
            if (!each.isEmpty() && Files.exists(Path.of(each))) {
                Path copy = library.resolve(number++ + "-" + Path.of(each).getFileName());
                GuestDisk.run("cp", "-a", each, copy.toString());
                words.append(words.isEmpty() ? "" : ":").append("library/").append(copy.getFileName());
            }
        }
        return words.toString();
    }

    private static int mebibytes(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            // Blocks of 4 KiB, and as much for what describes each file.
            long bytes = all.mapToLong(each -> (sizeOf(each) / 4096 + 2) * 4096).sum();
            return Math.toIntExact((bytes * 11 / 10) >> 20);
        }
    }

    private static long sizeOf(Path file) {
        return Files.isSymbolicLink(file) ? 0 : file.toFile().length();
    }

    private static String script(String classPath, List<String> words) {
        String quoted = words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        return """
                #!/bin/sh
                mount -o remount,rw /mnt/work
                hostname guest
                %5$s
                echo "127.0.0.1 localhost guest" >/etc/hosts
                : >/etc/resolv.conf
                mkdir -p '%2$s'
                ln -s /mnt/work/cache '%2$s/lifeboat'
                export HOME=/root XDG_CACHE_HOME='%2$s' CI=true LC_ALL=C.UTF-8
                mkdir /mnt/work/tmp
                cd /mnt/work/checkout
                # Through a pipe, since a terminal would be given colours.
                {
                    /opt/jdk/bin/java -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote -XX:+UseSerialGC \\
                        -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xmx400m -XX:MaxDirectMemorySize=600m \\
                        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \\
                        -Djava.util.logging.manager=org.jboss.logmanager.LogManager \\
                        -Djava.io.tmpdir=/mnt/work/tmp -Dlauncher.home=/mnt/work/checkout -cp %1$s %3$s
                    echo "%4$s$?"
                } 2>&1 | cat
                """.formatted(classPath, CACHE, quoted, ENDED, Guest.SMALL_PAGES);
    }

    /// What it has said so far, from where that part begins.
    public List<String> said(String part) {
        return guest.said(part).stream()
                .map(line -> line.substring(line.indexOf(part)))
                .toList();
    }

    /// Waits until the program has ended, with 0.
    public void succeeds(Duration patience) {
        guest.says(ENDED, patience);
        assertThat(said(ENDED)).as("its exit code; %s", guest.tail()).containsExactly(ENDED + "0");
    }

    /// Looks again and again, until the program has ended.
    ///
    /// @param look at what was said; true once it has seen enough
    public void watch(Duration patience, Predicate<GuestRun> look) {
        guest.awaits(
                "all that is to be seen of it",
                patience,
                () -> look.test(this) || !said(ENDED).isEmpty());
    }

    @Override
    public void close() {
        guest.close();
    }
}
