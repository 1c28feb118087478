package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.cli.verify.GoldenCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole models against log-probabilities that Transformers computed for them. What can go wrong: a tensor's name or
/// layout, a norm's place, a position's offset, a scale, and any of it only beyond some length.
class GoldenScoreTest {

    private static final Path GOLDEN = Path.of("../../shared/golden");
    private static final double TOKEN_TOLERANCE = 2e-4;
    private static final double SUM_TOLERANCE = 1e-3;
    private static final double BFLOAT16_FACTOR = 1.2;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// A golden example without the classes that lm-evaluation-harness refuses, and what is expected of the others.
    static Stream<Arguments> modelsAndBackends() {
        return models().flatMap(model ->
                Stream.of(BackendChoice.REFERENCE, BackendChoice.CPU).map(backend -> Arguments.of(model, backend)));
    }

    static Stream<String> models() {
        assumeTrue(Files.isDirectory(GOLDEN), () -> GOLDEN + " is not there");
        try (Stream<Path> folders = Files.list(GOLDEN)) {
            return folders
                    .filter(folder -> Files.exists(folder.resolve("golden.json")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("modelsAndBackends")
    void agreesWithTransformersInFloat32(String model, BackendChoice backend) {
        JsonNode golden = read(GOLDEN.resolve(model).resolve("golden.json"));
        double noise = 5 * golden.get("noise").get("float64_max_abs_sum_diff").doubleValue();
        double tokenTolerance = Math.max(TOKEN_TOLERANCE, noise);
        List<GoldenCase> cases = GoldenCase.of(golden);

        List<ScoredExample> results = score(model, backend, ComputeType.FLOAT32, cases);

        for (int i = 0; i < cases.size(); i++) {
            ScoredExample result = results.get(i);
            for (int c = 0; c < cases.get(i).expected().size(); c++) {
                JsonNode expected = cases.get(i).expected().get(c);
                String where = model + " case " + i + " class " + c;
                assertThat(result.tokenCounts().get(c))
                        .as(where)
                        .isEqualTo(expected.get("num_tokens").intValue());
                for (int t = 0; t < result.tokenCounts().get(c); t++) {
                    assertThat(result.tokenLogprobs().get(c).get(t))
                            .as(where + " token " + t)
                            .isCloseTo(expected.get("token_logprobs").get(t).doubleValue(), within(tokenTolerance));
                }
                assertThat(result.logprobs().get(c))
                        .as(where)
                        .isCloseTo(expected.get("sum").doubleValue(), within(SUM_TOLERANCE));
                assertThat(result.isGreedy().get(c))
                        .as(where)
                        .isEqualTo(expected.get("is_greedy").booleanValue());
            }
            assertThat(result.truncated())
                    .isEqualTo(cases.get(i).expected().stream()
                            .anyMatch(expected -> expected.get("truncated").booleanValue()));
        }
    }

    @ParameterizedTest
    @MethodSource("modelsAndBackends")
    void isNoLessExactThanTransformersInBfloat16(String model, BackendChoice backend) {
        JsonNode golden = read(GOLDEN.resolve(model).resolve("golden.json"));
        List<GoldenCase> cases = GoldenCase.of(golden);

        List<ScoredExample> results = score(model, backend, ComputeType.BFLOAT16, cases);

        double error = 0;
        int tokens = 0;
        for (int i = 0; i < cases.size(); i++) {
            for (int c = 0; c < cases.get(i).expected().size(); c++) {
                JsonNode expected = cases.get(i).expected().get(c).get("token_logprobs");
                for (int t = 0; t < expected.size(); t++) {
                    error += Math.abs(results.get(i).tokenLogprobs().get(c).get(t)
                            - expected.get(t).doubleValue());
                    tokens++;
                }
            }
        }
        double theirs =
                golden.get("noise").get("bfloat16_per_token_diff_mean_abs").doubleValue();
        assertThat(error / tokens).as("mean error per token").isLessThanOrEqualTo(BFLOAT16_FACTOR * theirs);
    }

    private static List<ScoredExample> score(
            String model, BackendChoice backend, ComputeType dtype, List<GoldenCase> cases) {
        EngineOptions options = EngineOptions.DEFAULT.withBackend(backend).withDtype(dtype);
        List<ScoredExample> results = new ArrayList<>();
        try (Scorer scorer = Scorer.open(GOLDEN.resolve(model), options)) {
            scorer.score(cases.stream().map(GoldenCase::example).toList(), results::addAll);
        }
        return results;
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
