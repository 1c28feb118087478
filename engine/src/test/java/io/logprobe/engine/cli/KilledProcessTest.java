package io.logprobe.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.cli.StreamedJob.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A process that dies by `kill -9` in the middle of a job.
class KilledProcessTest {

    /// Exit code of a process that a signal ended.
    private static final int KILLED = 128 + 9;

    @TempDir
    private Path folder;

    @Test
    @Timeout(300)
    void aJobWhoseProcessesAreKilledResultsInTheSameBytes() throws IOException, InterruptedException {
        StreamedJob job = StreamedJob.prepare(folder, 3000);

        killAfter(job, "block 2 of ");
        killAfter(job, "block 4 of ");
        killAfter(job, "block 5 of ");
        Outcome last = job.run();

        assertThat(last.errors()).isEmpty();
        assertThat(last.progress()).isNotEmpty().noneMatch(line -> line.matches("block [1-4] of .+"));
        assertThat(job.output()).content().isEqualTo(job.expected());
        assertThat(job.output().getParent().toFile().list()).containsExactly("out.jsonl");
    }

    @Test
    @Timeout(300)
    void aCheckpointThatAProcessUsesIsRefusedToAnother() throws IOException, InterruptedException {
        StreamedJob job = StreamedJob.prepare(folder, 3000);
        EngineProcess first = EngineProcess.start(Map.of(), job.arguments("--checkpoint-interval=0"));
        first.awaitLine("block 1 of ");
        // However long the other one takes to start, it meets this one.
        stop(first);

        EngineProcess second = EngineProcess.start(Map.of(), job.arguments());

        assertThat(second.errors())
                .containsExactly("logprobe: checkpoint " + job.checkpoint() + " is in use by process "
                        + first.process().pid() + "; give each job its own");
        assertThat(second.process().waitFor()).isEqualTo(2);
        assertThat(first.process().isAlive()).isTrue();
        first.process().destroyForcibly();
        assertThat(first.process().waitFor()).isEqualTo(KILLED);
        assertThat(job.run().errors()).isEmpty();
        assertThat(job.output()).content().isEqualTo(job.expected());
        assertThat(job.output().getParent().toFile().list()).containsExactly("out.jsonl");
    }

    private static void stop(EngineProcess engine) throws IOException, InterruptedException {
        String pid = Long.toString(engine.process().pid());
        assertThat(new ProcessBuilder("kill", "-STOP", pid).start().waitFor()).isZero();
    }

    private static void killAfter(StreamedJob job, String line) throws IOException, InterruptedException {
        EngineProcess engine = EngineProcess.start(Map.of(), job.arguments("--checkpoint-interval=0"));
        engine.awaitLine(line);
        engine.process().destroyForcibly();
        assertThat(engine.process().waitFor()).isEqualTo(KILLED);
        assertThat(job.checkpoint()).exists();
        assertThat(job.output()).doesNotExist();
    }
}
