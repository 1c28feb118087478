package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.logprobe.engine.EngineOptions;
import io.logprobe.engine.Example;
import io.logprobe.engine.ScoreSummary;
import io.logprobe.engine.ScoredExample;
import io.logprobe.engine.Scorer;
import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.failure.BackendUnavailable;
import io.logprobe.engine.failure.InsufficientMemory;
import io.logprobe.engine.failure.InvalidInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One job on several devices. What can go wrong: memory or a stream of one device used on another, results in another
/// order or under another number, a part that is scored twice or not at all.
class SeveralDevicesEmulatedTest {

    private static final Path MODEL = Path.of("../../shared/golden/opt-125m-style");
    private static final EngineOptions OPTIONS = EngineOptions.DEFAULT.withBackend(BackendChoice.CUDA);
    private static final List<Example> EXAMPLES = IntStream.range(0, 8)
            .mapToObj(i -> new Example("The dog said that" + " far".repeat(i % 4), List.of(" yes", " no"), i % 2))
            .toList();

    @BeforeEach
    void installDevices() {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        EmulatedDevice.install();
        EmulatedDevice.device(3, 8, 13_000);
    }

    private static ScoreSummary score(int devices, List<Example> examples, List<ScoredExample> results) {
        try (Scorer scorer = Scorer.open(MODEL, OPTIONS.withDevices(devices))) {
            return scorer.score(examples, results::addAll);
        }
    }

    @Test
    void threeDevicesGiveTheBitsOfOne() {
        long before = EmulatedDevice.used();
        List<ScoredExample> alone = new ArrayList<>();
        ScoreSummary ofOne = score(1, EXAMPLES, alone);
        List<ScoredExample> together = new ArrayList<>();

        ScoreSummary ofThree = score(3, EXAMPLES, together);

        assertThat(together).isEqualTo(alone);
        assertThat(ofThree.pairs()).isEqualTo(ofOne.pairs());
        assertThat(ofThree.accuracy()).isEqualTo(ofOne.accuracy());
        assertThat(ofThree.loss()).isEqualTo(ofOne.loss());
        assertThat(ofThree.backendDetail()).isEqualTo("3 devices: " + ofOne.backendDetail());
        assertThat(EmulatedDevice.used()).isEqualTo(before);
    }

    @Test
    void aJobWithFewerExamplesThanDevicesLeavesSomeIdle() {
        List<ScoredExample> results = new ArrayList<>();

        score(3, EXAMPLES.subList(0, 2), results);

        assertThat(results).extracting(ScoredExample::index).containsExactly(0, 1);
    }

    @Test
    void anExampleThatCannotBeScoredIsNamedByItsNumberInTheJob() {
        List<Example> examples = new ArrayList<>(EXAMPLES);
        examples.set(7, new Example("The dog", List.of(" yes", ""), 0));

        assertThatThrownBy(() -> score(3, examples, new ArrayList<>()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("example 7, classes[1]");
    }

    @Test
    void aFailureOnOneDeviceEndsTheJobAndGivesAllMemoryBack() {
        long before = EmulatedDevice.used();
        try (Scorer scorer = Scorer.open(MODEL, OPTIONS.withDevices(2))) {
            EmulatedDevice.failure(EmulatedDevice.Failure.LAUNCHES);

            assertThatThrownBy(() -> scorer.score(EXAMPLES, results -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED");
            EmulatedDevice.failure(EmulatedDevice.Failure.NONE);
        }

        assertThat(EmulatedDevice.used()).isEqualTo(before);
    }

    @Test
    void memoryOfTheMachineDoesNotBoundTheDevices() {
        List<ScoredExample> results = new ArrayList<>();
        EngineOptions options = OPTIONS.withMemoryBytes(1).withDeviceMemoryBytes(EngineOptions.UNBOUNDED);

        try (Scorer scorer = Scorer.open(MODEL, options)) {
            scorer.score(EXAMPLES, results::addAll);
        }

        assertThat(results).hasSameSizeAs(EXAMPLES);
    }

    @Test
    void deviceMemoryBoundsTheDevices() {
        assertThatThrownBy(() -> Scorer.open(MODEL, OPTIONS.withDeviceMemoryBytes(100_000)))
                .isInstanceOf(InsufficientMemory.class);
    }

    @Test
    void moreDevicesThanThereAreAreRefused() {
        assertThatThrownBy(() -> score(4, EXAMPLES, new ArrayList<>()))
                .isInstanceOf(BackendUnavailable.class)
                .hasMessage("backend cuda: 4 GPUs were asked for, 3 can be used");
    }
}
