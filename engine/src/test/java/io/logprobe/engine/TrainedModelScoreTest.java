package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.engine.backend.BackendChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A trained model, quantised in a GGUF file, against lm-evaluation-harness on its dequantised weights. Where random
/// models are indifferent a trained one is not: a tokenizer that is almost right, a rotation of the wrong halves.
///
/// A few rows of each file; `real_model.py` scores all of them.
class TrainedModelScoreTest {

    private static final Path MODEL = Path.of("../../shared/models/SmolLM2-135M-Instruct");
    private static final Path GGUF = MODEL.resolve("SmolLM2-135M-Instruct.Q4_1.gguf");
    private static final double SUM_TOLERANCE = 1e-3;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void scoresAGgufFileAsLmEvaluationHarnessScoresItsValues() throws IOException {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        List<JsonNode> rows = firstMiddleAndLastRowOfEachFile();

        List<ScoredExample> results = score(GGUF, rows);

        assertThat(rows).hasSize(30);
        for (int i = 0; i < rows.size(); i++) {
            for (int c = 0; c < rows.get(i).get("classes").size(); c++) {
                String where = "row " + i + " class " + c;
                assertThat(results.get(i).logprobs().get(c))
                        .as(where)
                        .isCloseTo(rows.get(i).get("logprobs").get(c).doubleValue(), within(SUM_TOLERANCE));
                assertThat(results.get(i).isGreedy().get(c))
                        .as(where)
                        .isEqualTo(rows.get(i).get("is_greedy").get(c).booleanValue());
            }
        }
    }

    @Test
    void takesTheFolderThatHoldsNothingElseForTheFile() throws IOException {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        Files.createSymbolicLink(
                folder.resolve("model.gguf"), GGUF.toAbsolutePath().normalize());
        List<JsonNode> rows = firstMiddleAndLastRowOfEachFile().subList(0, 1);

        List<ScoredExample> ofFolder = score(folder, rows);

        assertThat(ofFolder).isEqualTo(score(GGUF, rows));
    }

    @Test
    void readsTheWeightsBesideAConfigAndATokenizer() throws IOException {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        List<JsonNode> rows = firstMiddleAndLastRowOfEachFile().subList(0, 1);

        assertThat(score(MODEL, rows)).isEqualTo(score(GGUF, rows));
    }

    private static List<ScoredExample> score(Path model, List<JsonNode> rows) throws IOException {
        List<Example> examples = new ArrayList<>();
        for (JsonNode row : rows) {
            examples.add(JsonLines.parse(row.toString(), "reference"));
        }
        List<ScoredExample> results = new ArrayList<>();
        try (Scorer scorer = Scorer.open(model, EngineOptions.DEFAULT.withBackend(BackendChoice.CPU))) {
            scorer.score(examples, results::addAll);
        }
        return results;
    }

    private static List<JsonNode> firstMiddleAndLastRowOfEachFile() throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        try (Stream<Path> files = Files.list(MODEL.resolve("reference"))) {
            for (Path file : files.sorted().toList()) {
                List<String> lines = Files.readAllLines(file);
                for (String line : List.of(lines.getFirst(), lines.get(lines.size() / 2), lines.getLast())) {
                    JsonNode row = JSON.readTree(line);
                    if (row.has("logprobs")) {
                        rows.add(row);
                    }
                }
            }
        }
        return rows;
    }
}
