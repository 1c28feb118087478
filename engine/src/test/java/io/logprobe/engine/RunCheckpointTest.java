package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.failure.InvalidInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A job that dies between two layers is continued from there, bit for bit, by the same job only.
class RunCheckpointTest {

    private static final Path MODEL = Path.of("../../shared/golden/opt-125m-style");

    @TempDir
    private Path folder;

    private static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// Dies after a step of a block; otherwise remembers the steps.
    private static final class Sink implements ScoreSink {
        private final int dyingBlock;
        private final int dyingStep;
        private final List<ScoredExample> results = new ArrayList<>();
        private final List<String> steps = new ArrayList<>();

        Sink(int dyingBlock, int dyingStep) {
            this.dyingBlock = dyingBlock;
            this.dyingStep = dyingStep;
        }

        @Override
        public void accept(List<ScoredExample> block) {
            results.addAll(block);
        }

        @Override
        public void progress(Progress progress) {
            steps.add(progress.block() + "/" + progress.layer());
            if (progress.block() == dyingBlock && progress.layer() == dyingStep) {
                throw new Died();
            }
        }
    }

    @BeforeEach
    void needsAGoldenModel() {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
    }

    @Test
    void continuesAfterTheLastLayerThatWasDone() {
        Sink whole = new Sink(-1, -1);
        score(options(null), examples("Number"), whole);
        EngineOptions kept = options(folder.resolve("state"));
        Sink died = new Sink(1, 2);
        assertThatThrownBy(() -> score(kept, examples("Number"), died)).isInstanceOf(Died.class);

        Sink continued = new Sink(-1, -1);
        score(kept, examples("Number"), continued);

        assertThat(continued.results).isEqualTo(whole.results);
        assertThat(continued.steps).startsWith("1/2", "1/3").noneMatch(step -> step.startsWith("0/"));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void timeOfEarlierProcessesCounts() {
        EngineOptions kept = options(folder.resolve("state"));
        long start = System.nanoTime();
        assertThatThrownBy(() -> score(kept, examples("Number"), new Sink(1, 2)))
                .isInstanceOf(Died.class);
        double spent = (System.nanoTime() - start) / 1e9;

        ScoreSummary summary = score(kept, examples("Number"), new Sink(-1, -1));

        assertThat(summary.earlierSeconds()).isPositive().isLessThan(spent).isLessThan(summary.scoreSeconds());
        assertThat(summary.pairsPerSecond())
                .isEqualTo(summary.pairs() / (summary.planSeconds() + summary.scoreSeconds()));
    }

    @Test
    void aJobThatNoProcessBeganEarlierHasNoTimeOfEarlierOnes() {
        assertThat(score(options(folder.resolve("state")), examples("Number"), new Sink(-1, -1))
                        .earlierSeconds())
                .isZero();
    }

    @Test
    void refusesAStateThatAnotherScorerUses() {
        Path state = folder.resolve("state");
        try (Scorer _ = Scorer.open(MODEL, options(state))) {
            assertThatThrownBy(() -> Scorer.open(MODEL, options(state)))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessage("checkpoint " + state + " is in use by process "
                            + ProcessHandle.current().pid() + "; give each job its own");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesTheStateOfOtherData() {
        EngineOptions kept = options(folder.resolve("state"));
        assertThatThrownBy(() -> score(kept, examples("Number"), new Sink(0, 2)))
                .isInstanceOf(Died.class);

        assertThatThrownBy(() -> score(kept, examples("Item"), new Sink(-1, -1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("state belongs to a job with another model, other data or other options");
    }

    @Test
    void refusesADamagedState() throws IOException {
        Path state = folder.resolve("state");
        EngineOptions kept = options(state);
        assertThatThrownBy(() -> score(kept, examples("Number"), new Sink(0, 2)))
                .isInstanceOf(Died.class);
        byte[] bytes = Files.readAllBytes(state);
        bytes[bytes.length / 2] ^= 1;
        Files.write(state, bytes);

        assertThatThrownBy(() -> score(kept, examples("Number"), new Sink(-1, -1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("state is damaged");
    }

    @Test
    void refusesAStateThatWasCutOff() throws IOException {
        Path state = folder.resolve("state");
        EngineOptions kept = options(state);
        assertThatThrownBy(() -> score(kept, examples("Number"), new Sink(0, 2)))
                .isInstanceOf(Died.class);
        byte[] bytes = Files.readAllBytes(state);

        Files.write(state, Arrays.copyOf(bytes, bytes.length - 100));
        assertThatThrownBy(() -> score(kept, examples("Number"), new Sink(-1, -1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("state is damaged");

        Files.write(state, Arrays.copyOf(bytes, 20));
        assertThatThrownBy(() -> score(kept, examples("Number"), new Sink(-1, -1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("state is incomplete");
    }

    @Test
    void refusesWhatIsNoRegularFile() throws IOException {
        Path inTheWay = Files.createDirectory(folder.resolve("state"));

        assertThatThrownBy(() -> score(options(inTheWay), examples("Number"), new Sink(-1, -1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("checkpoint " + inTheWay + " is not a regular file");
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        EngineOptions kept = options(folder.resolve("missing").resolve("state"));

        assertThatThrownBy(() -> score(kept, examples("Number"), new Sink(-1, -1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("state: there is no folder " + folder.resolve("missing"));
    }

    private static EngineOptions options(Path state) {
        return EngineOptions.DEFAULT
                .withBackend(BackendChoice.CPU)
                .withMaxExamplesPerBlock(20)
                .withCheckpointing(state == null ? null : new Checkpointing(state, Duration.ZERO));
    }

    private static ScoreSummary score(EngineOptions options, List<Example> examples, ScoreSink sink) {
        try (Scorer scorer = Scorer.open(MODEL, options)) {
            return scorer.score(examples, sink);
        }
    }

    private static List<Example> examples(String word) {
        return IntStream.range(0, 50)
                .mapToObj(i -> new Example(word + " " + i + " is", List.of(" even", " odd"), i % 2))
                .toList();
    }
}
