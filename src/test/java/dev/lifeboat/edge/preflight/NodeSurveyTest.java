package dev.lifeboat.edge.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeSurveyTest {
    private static final Engine ANSWERS = new Engine.Answers("4.1.1", true, true);

    @TempDir
    private Path root;

    @Test
    void everyCapabilityIsLookedAtOnceAndEveryNoHasARemedy() {
        List<Finding> findings = new NodeSurvey(Path.of("/"), Path.of("/dev/shm")).look(ANSWERS);
        assertThat(findings).extracting(Finding::capability).containsExactly(Capability.values());
        assertThat(findings)
                .allSatisfy(each -> assertThat(each.remedy().isEmpty()).isEqualTo(each.fine()));
    }

    @Test
    void aSilentCriuBlocks() {
        var survey = new NodeSurvey(Path.of("/"), Path.of("/dev/shm"));
        assertThat(survey.look(new Engine.Silent("exit code 1")))
                .filteredOn(Finding::blocks)
                .extracting(Finding::capability)
                .contains(Capability.CRIU);
    }

    @Test
    void whereNoCriuAnswersNobodyIsSentToBootAnotherKernel() {
        var survey = new NodeSurvey(Path.of("/"), Path.of("/dev/shm"));
        assertThat(survey.look(new Engine.Silent("exit code 1")))
                .filteredOn(each -> each.found().contains("no CRIU answers"))
                .extracting(Finding::capability)
                .containsExactly(Capability.DIRTY_TRACKING, Capability.LAZY_PAGES);
    }

    @Test
    void aFolderThatIsNotThereBlocksAndTheRemedyNamesIt() throws Exception {
        Path missing = root.resolve("scratch");
        assertThat(finding(Capability.SCRATCH, missing, ANSWERS).remedy()).contains(missing.toString());
        assertThat(finding(Capability.SCRATCH, missing, ANSWERS).blocks()).isTrue();
    }

    @Test
    void missingPrivilegesAreNamed() throws Exception {
        // All of capabilities(7) but CAP_SYS_PTRACE, bit 19.
        file("proc/self/status", "CapEff:\t000001fffff7ffff\n");
        assertThat(finding(Capability.PRIVILEGES, root, ANSWERS).found()).isEqualTo("missing CAP_SYS_PTRACE");
    }

    @Test
    void anOldCriuOnANewKernelCannotDumpTcp() throws Exception {
        file("proc/sys/kernel/osrelease", "6.18.44-cloud\n");
        assertThat(finding(Capability.TCP, root, ANSWERS).fine()).isFalse();
        assertThat(finding(Capability.TCP, root, new Engine.Answers("4.2.1", true, true))
                        .fine())
                .isTrue();
        file("proc/sys/kernel/osrelease", "6.12.3\n");
        assertThat(finding(Capability.TCP, root, ANSWERS).fine()).isTrue();
    }

    @Test
    void whereHugePagesMakeTrackingCoarseItSaysSo() throws Exception {
        file("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        assertThat(finding(Capability.DIRTY_TRACKING, root, ANSWERS).found()).isEqualTo("soft-dirty bits");
        file("sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
        assertThat(finding(Capability.DIRTY_TRACKING, root, ANSWERS).found()).contains("by 2 MiB");
    }

    @Test
    void largerPagesBlock() throws Exception {
        file("proc/self/smaps", "KernelPageSize:       64 kB\n");
        assertThat(finding(Capability.PAGES, root, ANSWERS).blocks()).isTrue();
        file("proc/self/smaps", "KernelPageSize:        4 kB\n");
        assertThat(finding(Capability.PAGES, root, ANSWERS).fine()).isTrue();
    }

    @Test
    void registersThatCriuWouldLoseBlockAndAreNamed() throws Exception {
        file("proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd atomics sve sve2 paca sme\n");
        assertThat(finding(Capability.REGISTERS, root, ANSWERS).found()).startsWith("sme sve,");
        assertThat(finding(Capability.REGISTERS, root, ANSWERS).blocks()).isTrue();
        file("proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd atomics\n");
        assertThat(finding(Capability.REGISTERS, root, ANSWERS).fine()).isTrue();
    }

    @Test
    void aGpuIsSeen() throws Exception {
        file("dev/nvidia0", "");
        assertThat(finding(Capability.GPU, root, ANSWERS).found()).isEqualTo("nvidia0");
    }

    private Finding finding(Capability capability, Path scratch, Engine engine) throws Exception {
        Files.createDirectories(root.resolve("dev"));
        return new NodeSurvey(root, scratch)
                .look(engine).stream()
                        .filter(each -> each.capability() == capability)
                        .findFirst()
                        .orElseThrow();
    }

    private void file(String path, String content) throws Exception {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
