package dev.lifeboat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Pages that code draws: a test hands over what the page must say, and drift fails.
///
/// `./mvnw test -Ddocs.update=true` rewrites the pages instead.
public final class Drawn {
    private Drawn() {}

    /// Fails when the file says something else than `content`.
    ///
    /// @param page relative to the top of the checkout
    public static void matches(Path page, String content) {
        Path file = top().resolve(page);
        if (Boolean.getBoolean("docs.update")) {
            write(file, content);
            return;
        }
        assertThat(file)
                .as("%s is drawn from code; run ./mvnw test -Ddocs.update=true", page)
                .exists();
        assertThat(read(file))
                .as("%s no longer says what the code says; run ./mvnw test -Ddocs.update=true", page)
                .isEqualTo(content);
    }

    /// The top of the checkout, wherever the tests were started.
    public static Path top() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("pom.xml"))) {
            here = here.getParent();
        }
        return here;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String content) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
