package dev.lifeboat.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Provided;
import dev.lifeboat.edge.criu.ContainerImage;
import dev.lifeboat.edge.criu.Crius;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is skipped where root lacks capabilities, as in many containers: a guest's root has them all.
final class ContainersVM {
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    @TempDir
    private Path folder;

    @Test
    void everyKindOfContainerComesBack() throws Exception {
        Provided.root();
        var program = List.of(
                InGuest.class.getName(),
                "dev.lifeboat.edge.criu.ContainerIT#aContainerComesBackWithAllThatIsInIt"
                        + "(dev.lifeboat.edge.criu.ContainerImage$Kind)");
        Path criu = Crius.SID.path().resolveSibling("");
        List<Path> cached = List.of(criu, criu.resolveSibling("criu-sid"));
        try (var guest = GuestRun.start(folder, cached, program)) {
            guest.succeeds(PATIENCE);
            List<String> said = guest.said(InGuest.SAYS);
            said.forEach(line -> System.out.println("==== " + line));
            assertThat(said).filteredOn(line -> line.contains("passed")).hasSize(ContainerImage.Kind.values().length);
            assertThat(said).noneMatch(line -> line.matches(".* (aborted|skipped|failed) .*"));
        }
    }
}
