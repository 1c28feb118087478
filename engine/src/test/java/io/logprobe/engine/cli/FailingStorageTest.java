package io.logprobe.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.logprobe.engine.cli.StreamedJob.Outcome;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A disk that fails while a job streams its weights from it, or keeps its state or its results on it: one line says
/// so, and what is done is not lost.
class FailingStorageTest {

    /// Between two layers of the second of several passes.
    private static final String MIDDLE = "block 2 of ";

    private static final String AT_ONCE = "--checkpoint-interval=0";

    @TempDir
    private Path folder;

    private StreamedJob job;

    @BeforeEach
    void prepare() throws IOException {
        job = StreamedJob.prepare(folder, 200);
    }

    @Test
    void weightsThatBecomeShorter() throws IOException {
        FileTime time = Files.getLastModifiedTime(job.weights());
        byte[] content = Files.readAllBytes(job.weights());

        Outcome outcome = job.run(MIDDLE, () -> Files.write(job.weights(), new byte[0]), AT_ONCE);

        assertOneLine(
                outcome,
                "logprobe: tensor '.+' in " + job.weights() + ": truncated while it was read, at byte \\d+"
                        + "; the same command continues from " + job.checkpoint());
        Files.write(job.weights(), content);
        Files.setLastModifiedTime(job.weights(), time);
        assertContinues();
    }

    @Test
    void weightsThatAreOverwritten() throws IOException {
        byte[] content = Files.readAllBytes(job.weights());
        byte[] other = content.clone();
        other[content.length - 1]++;

        Outcome outcome = job.run(MIDDLE, () -> Files.write(job.weights(), other), AT_ONCE);

        assertOneLine(
                outcome,
                "logprobe: " + job.weights() + ": changed while it was read; the same command continues from "
                        + job.checkpoint());
        assertOneLine(
                job.run(),
                "logprobe: checkpoint " + job.checkpoint()
                        + " belongs to a job with another model, other data or other options: delete it to start anew");
    }

    @Test
    void weightsThatAreReplacedAreReadOnAsTheyWere() throws IOException {
        Path other = Files.write(folder.resolve("other"), new byte[100]);

        Outcome outcome =
                job.run(MIDDLE, () -> Files.move(other, job.weights(), StandardCopyOption.REPLACE_EXISTING), AT_ONCE);

        assertComplete(outcome);
    }

    @Test
    void noRoomForTheState() throws IOException {
        Path full = fullDisk();
        Path partial = job.checkpoint().resolveSibling("out.jsonl.checkpoint.partial");

        Outcome outcome = job.run(MIDDLE, () -> Files.createSymbolicLink(partial, full), AT_ONCE);

        assertOneLine(
                outcome,
                "logprobe: checkpoint " + job.checkpoint()
                        + " cannot be written: No space left on device; the same command continues from "
                        + job.checkpoint());
        assertContinues();
    }

    @Test
    void noRoomForTheResults() throws IOException {
        Files.createSymbolicLink(job.output().resolveSibling(".out.jsonl.partial"), fullDisk());

        Outcome outcome = job.run(AT_ONCE);

        assertOneLine(
                outcome,
                "logprobe: --output " + job.output()
                        + " cannot be written: No space left on device; the same command continues from "
                        + job.checkpoint());
        assertThat(job.output().getParent())
                .isDirectoryContaining("glob:**.checkpoint")
                .isDirectoryNotContaining("glob:**.partial");
        assertContinues();
    }

    @Test
    void aFolderOfTheStateThatGoesAway() {
        Outcome outcome = job.run(MIDDLE, () -> delete(job.output().getParent()), AT_ONCE);

        assertOneLine(outcome, "logprobe: checkpoint " + job.checkpoint() + " cannot be written: its folder is gone");
    }

    @Test
    void aFolderOfTheResultsThatGoesAway() throws IOException {
        String elsewhere = "--checkpoint=" + folder.resolve("state");

        Outcome outcome = job.run(MIDDLE, () -> delete(job.output().getParent()), AT_ONCE, elsewhere);

        assertOneLine(
                outcome,
                "logprobe: --output " + job.output()
                        + " cannot be written: its folder is gone; the same command continues from "
                        + folder.resolve("state"));
        Files.createDirectory(job.output().getParent());
        Outcome continued = job.run(elsewhere);
        assertComplete(continued);
        assertThat(continued.progress()).isEmpty();
    }

    @Test
    @Timeout(600)
    void aDiskThatAnswersWithErrors() throws IOException, InterruptedException {
        assertEnds(
                "error", 600, "tensor '.+' in " + job.weights() + ": cannot be read at byte \\d+: Input/output error");
    }

    @Test
    @Timeout(600)
    void aDiskThatDoesNotAnswer() throws IOException, InterruptedException {
        assertEnds("stall", 5, "the weights of .+ did not arrive within 5 s: the disk is too slow");
    }

    /// The disk fails from the moment on when a state was kept for the first time.
    private void assertEnds(String fault, int timeoutSeconds, String message) throws IOException, InterruptedException {
        Map<String, String> disk = Map.of(
                "LD_PRELOAD", failingDisk().toString(),
                "DISK_FAULT", fault,
                "DISK_FAULT_AFTER", job.checkpoint().toString());

        EngineProcess engine = EngineProcess.start(disk, job.arguments(AT_ONCE, "--read-timeout=" + timeoutSeconds));

        assertThat(String.join("\n", engine.errors()))
                .matches("logprobe: " + message + "; the same command continues from " + job.checkpoint());
        assertThat(engine.process().waitFor()).isEqualTo(2);
        assertContinues();
    }

    private static void assertOneLine(Outcome outcome, String pattern) {
        assertThat(String.join("\n", outcome.errors())).matches(pattern);
        assertThat(outcome.code()).isEqualTo(2);
    }

    private void assertContinues() throws IOException {
        assertThat(job.checkpoint()).exists();
        Outcome continued = job.run();
        assertComplete(continued);
        assertThat(continued.progress().getFirst()).doesNotMatch("block 1 of \\d+, step 1 of .+");
    }

    private void assertComplete(Outcome outcome) throws IOException {
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.code()).isZero();
        assertThat(job.output()).content().isEqualTo(job.expected());
        assertThat(job.output().getParent().toFile().list()).containsExactly("out.jsonl");
    }

    private static Path fullDisk() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "there is no /dev/full");
        return full;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /// The library of `src/test/native`, compiled.
    private Path failingDisk() throws IOException, InterruptedException {
        boolean compiler = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "g++")));
        assumeTrue(compiler, "g++ is not on the PATH: no disk can be made to fail");
        Path library = folder.resolve("failing_disk.so");
        List<String> command = List.of(
                "g++", "-shared", "-fPIC", "-o", library.toString(), "src/test/native/failing_disk.cpp", "-ldl");
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as("status of g++")
                .isZero();
        return library;
    }
}
