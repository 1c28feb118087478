package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.cli.verify.GoldenCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// An example's bits do not depend on what it is scored with. What can go wrong: a product whose kernel depends on a
/// row's place in its block, a sum whose order depends on what is shared, a reduction that the compiler reorders once
/// it is warm.
class InvarianceTest {

    private static final Path GOLDEN = Path.of("../../shared/golden");

    /// Learned positions, rotary ones, ALiBi and none; plain and gated MLPs and experts; grouped heads, windows, soft
    /// caps, and inputs that change their frequencies with their length.
    private static final List<String> MODELS = List.of(
            "opt-350m-style", "gpt2", "gpt-neox-pythia", "mpt", "mixtral", "gemma2", "smollm3", "phi3-longrope");

    static Stream<Arguments> modelsBackendsAndTypes() {
        assumeTrue(Files.isDirectory(GOLDEN), () -> GOLDEN + " is not there");
        return MODELS.stream().flatMap(model -> Stream.of(BackendChoice.CPU, BackendChoice.REFERENCE)
                .flatMap(backend -> Stream.of(ComputeType.values()).map(dtype -> Arguments.of(model, backend, dtype))));
    }

    @ParameterizedTest
    @MethodSource("modelsBackendsAndTypes")
    void scoresAnExampleAlikeAloneShuffledAndInPieces(String model, BackendChoice backend, ComputeType dtype)
            throws IOException {
        List<Example> examples = examples(model, backend == BackendChoice.REFERENCE ? 12 : Integer.MAX_VALUE);
        EngineOptions options = EngineOptions.DEFAULT.withBackend(backend).withDtype(dtype);

        try (Scorer scorer = Scorer.open(GOLDEN.resolve(model), options);
                Scorer inPieces = Scorer.open(GOLDEN.resolve(model), options.withMaxExamplesPerBlock(7))) {
            List<List<List<Double>>> whole = score(scorer, examples);

            assertThat(score(scorer, examples)).as("again").isEqualTo(whole);
            assertThat(score(inPieces, examples)).as("in pieces").isEqualTo(whole);
            int half = examples.size() / 2;
            assertThat(score(scorer, examples.subList(0, half)))
                    .as("first half")
                    .isEqualTo(whole.subList(0, half));
            assertThat(score(scorer, examples.subList(half, examples.size())))
                    .as("second half")
                    .isEqualTo(whole.subList(half, examples.size()));
            for (int i = 0; i < examples.size(); i += 5) {
                assertThat(score(scorer, List.of(examples.get(i))).getFirst())
                        .as("example %d alone", i)
                        .isEqualTo(whole.get(i));
            }
            List<Integer> order = new ArrayList<>(
                    Stream.iterate(0, i -> i + 1).limit(examples.size()).toList());
            Collections.shuffle(order, new Random(7));
            List<List<List<Double>>> shuffled =
                    score(scorer, order.stream().map(examples::get).toList());
            assertThat(shuffled)
                    .as("shuffled")
                    .isEqualTo(order.stream().map(whole::get).toList());
        }
    }

    /// Token log-probabilities, by example, class and token: equal lists are equal bits.
    private static List<List<List<Double>>> score(Scorer scorer, List<Example> examples) {
        List<ScoredExample> results = new ArrayList<>();
        scorer.score(examples, results::addAll);
        return results.stream().map(ScoredExample::tokenLogprobs).toList();
    }

    /// The golden cases, and enough variations on them to fill several blocks of rows.
    private static List<Example> examples(String model, int limit) throws IOException {
        JsonNode file = new ObjectMapper()
                .readTree(GOLDEN.resolve(model).resolve("golden.json").toFile());
        List<Example> examples = new ArrayList<>();
        for (GoldenCase golden : GoldenCase.of(file)) {
            Example example = golden.example();
            examples.add(example);
            examples.add(new Example("Number " + examples.size() + ": " + example.text(), example.classes(), null));
        }
        return examples.subList(0, Math.min(limit, examples.size()));
    }
}
