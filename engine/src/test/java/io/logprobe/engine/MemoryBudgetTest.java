package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.failure.InsufficientMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A job under a bound on its memory. What can go wrong: a stage freed too early, a head part that starts at the
/// wrong token, a block that is cut through an example, a bound that is not kept.
class MemoryBudgetTest {

    private static final Path GOLDEN = Path.of("../../shared/golden");

    @BeforeEach
    void needsGoldenModels() {
        assumeTrue(Files.isDirectory(GOLDEN), () -> GOLDEN + " is not there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"opt-350m-style", "llama3", "qwen2-moe", "bloom", "gemma2", "gpt2"})
    void streamedWeightsGiveTheSameBitsInSeveralPasses(String model) {
        List<Example> examples = examples();
        EngineOptions options = EngineOptions.DEFAULT.withBackend(BackendChoice.CPU);
        List<ScoredExample> resident = new ArrayList<>();
        score(model, options, examples, resident);
        long least = minimum(model, options, examples);
        List<ScoredExample> streamed = new ArrayList<>();

        ScoreSummary summary = score(model, options.withMemoryBytes(least), examples, streamed);

        assertThat(summary.streamedBytes()).as("streamed bytes").isPositive();
        assertThat(summary.blocks()).as("passes").isGreaterThan(1);
        assertThat(streamed).isEqualTo(resident);
    }

    @Test
    void aBudgetBelowTheMinimumIsRefusedWithTheMinimum() {
        EngineOptions options = EngineOptions.DEFAULT
                .withBackend(BackendChoice.CPU)
                .withDtype(ComputeType.BFLOAT16)
                .withMemoryBytes(100_000);

        assertThatThrownBy(() -> score("opt-125m-style", options, examples(), new ArrayList<>()))
                .isInstanceOf(InsufficientMemory.class)
                .hasMessageMatching("this job needs at least \\d+ MiB of memory, not 100 kB");
    }

    @Test
    void memoryOfDevicesDoesNotBoundTheProcessor() {
        EngineOptions options =
                EngineOptions.DEFAULT.withBackend(BackendChoice.CPU).withDeviceMemoryBytes(1);
        List<ScoredExample> results = new ArrayList<>();

        score("opt-125m-style", options, examples(), results);

        assertThat(results).hasSameSizeAs(examples());
    }

    @Test
    void aScorerKeepsItsWeightsBetweenJobs() {
        EngineOptions options =
                EngineOptions.DEFAULT.withBackend(BackendChoice.CPU).withMemoryBytes(1L << 30);
        List<ScoredExample> first = new ArrayList<>();
        List<ScoredExample> second = new ArrayList<>();

        try (Scorer scorer = Scorer.open(GOLDEN.resolve("opt-125m-style"), options)) {
            scorer.score(examples(), first::addAll);
            ScoreSummary again = scorer.score(examples(), second::addAll);

            assertThat(again.streamedBytes()).isZero();
        }
        assertThat(second).isEqualTo(first);
    }

    private static ScoreSummary score(
            String model, EngineOptions options, List<Example> examples, List<ScoredExample> results) {
        try (Scorer scorer = Scorer.open(GOLDEN.resolve(model), options)) {
            return scorer.score(examples, results::addAll);
        }
    }

    private static long minimum(String model, EngineOptions options, List<Example> examples) {
        try {
            score(model, options.withMemoryBytes(1), examples, new ArrayList<>());
            throw new AssertionError("scored in one byte of memory");
        } catch (InsufficientMemory e) {
            Matcher least = Pattern.compile("at least (\\d+) MiB").matcher(e.getMessage());
            assertThat(least.find()).as(e.getMessage()).isTrue();
            return Long.parseLong(least.group(1)) << 20;
        }
    }

    /// Texts of many lengths that fill several blocks of rows.
    private static List<Example> examples() {
        Random random = new Random(5);
        String[] words = {"the", " cat", " sat", " on", " a", " mat", " and", " dog", " ran", " far", "."};
        return IntStream.range(0, 150)
                .mapToObj(i -> {
                    StringBuilder text = new StringBuilder("Number " + i + ":");
                    for (int word = random.nextInt(25); word >= 0; word--) {
                        text.append(words[random.nextInt(words.length)]);
                    }
                    return new Example(text.toString(), List.of(" yes", " no, it did not", " maybe"), i % 3);
                })
                .toList();
    }
}
