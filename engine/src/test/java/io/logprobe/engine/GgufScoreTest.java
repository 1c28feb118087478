package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.checkpoint.TinyGguf;
import io.logprobe.engine.cli.verify.GoldenCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Reference models written as GGUF files score as Transformers says that they do: names, order of rows and columns,
/// hyperparameters and vocabulary all have to come out the same. `gguf_variants.py` has the quantised types, and
/// `gguf_families.py` more options.
class GgufScoreTest {

    private static final Path GOLDEN = Path.of("../../shared/golden");
    private static final double TOKEN_TOLERANCE = 2e-4;
    private static final double SUM_TOLERANCE = 1e-3;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "bloom, bloom",
        "cohere, command-r",
        "falcon-7b-style, falcon",
        "falcon-40b-style, falcon",
        "gemma, default",
        "gemma2, default",
        "gemma3-text, default",
        "gemma3-text-v5config, default",
        "gpt-bigcode, starcoder",
        "gpt-neox-pythia, olmo",
        "gpt2, gpt-2",
        "granite, refact",
        "llama2, default",
        "llama3, llama-bpe",
        "llama32-tied, llama-bpe",
        "mpt, mpt",
        "olmo, olmo",
        "olmo2, olmo",
        "phi-2-style, phi-2",
        "phi3-4k-swa, default",
        "phi3-longrope, default",
        "qwen2, qwen2",
        "qwen2-moe, qwen2",
        "qwen3, qwen2",
        "qwen3-moe, qwen2",
        "qwen3-yarn, qwen2",
        "smollm3, smaug-bpe",
        "stablelm-2-12b-style, olmo",
        "stablelm-3b-style, olmo",
        "starcoder2, starcoder"
    })
    void agreesWithTransformers(String model, String pre) throws IOException {
        assertAgrees(model, pre, _ -> true);
    }

    /// The reference model's tokenizer puts no second space before a text that begins with one, and none behind a
    /// special token. No GGUF file can say so, and all mean the opposite.
    @Test
    void agreesWithTransformersOnMixtralWhereSpacesAreAlike() throws IOException {
        assertAgrees(
                "mixtral",
                "default",
                example ->
                        example.text().matches("[\\p{L}].*") && !example.text().contains("<"));
    }

    private void assertAgrees(String model, String pre, Predicate<Example> chosen) throws IOException {
        assumeTrue(Files.isDirectory(GOLDEN), () -> GOLDEN + " is not there");
        JsonNode reference = new ObjectMapper()
                .readTree(GOLDEN.resolve(model).resolve("golden.json").toFile());
        boolean beginning = !reference.get("encode_prepends").isEmpty();
        Path gguf = Files.write(folder.resolve("model.gguf"), GgufExport.of(GOLDEN.resolve(model), pre, beginning));
        List<GoldenCase> cases = GoldenCase.of(reference).stream()
                .filter(golden -> chosen.test(golden.example()))
                .toList();

        List<ScoredExample> results =
                score(gguf, cases.stream().map(GoldenCase::example).toList());

        assertThat(cases).hasSizeGreaterThan(10);
        for (int i = 0; i < cases.size(); i++) {
            for (int c = 0; c < cases.get(i).expected().size(); c++) {
                assertAgrees(results.get(i), c, cases.get(i).expected().get(c), "case " + i + " class " + c);
            }
        }
    }

    private static void assertAgrees(ScoredExample result, int index, JsonNode expected, String where) {
        List<Double> tokens = result.tokenLogprobs().get(index);
        assertThat(tokens).as(where).hasSize(expected.get("num_tokens").intValue());
        for (int t = 0; t < tokens.size(); t++) {
            assertThat(tokens.get(t))
                    .as(where + " token " + t)
                    .isCloseTo(expected.get("token_logprobs").get(t).doubleValue(), within(TOKEN_TOLERANCE));
        }
        assertThat(result.logprobs().get(index))
                .as(where)
                .isCloseTo(expected.get("sum").doubleValue(), within(SUM_TOLERANCE));
    }

    @ParameterizedTest
    @CsvSource({
        "arcee--biases",
        "cohere2--types",
        "ernie4_5--bias",
        "exaone4--types",
        "exaone4--no-window",
        "falcon--grouped-one-norm",
        "granitemoe--factors",
        "nemotron--bias",
        "olmo3--types",
        "olmo3--yarn",
        "olmoe--normed",
        "qwen2_moe--sparse-step",
        "qwen3_moe--dense-layers",
        "seed_oss--output-bias",
        "stablelm--all"
    })
    void agreesWithTransformersOnFamiliesWithoutAReferenceModel(String name) throws IOException {
        FamilyFixture fixture = FamilyFixture.named(name);
        fixture.writeTo(folder);
        Path gguf = Files.write(folder.resolve("model.gguf"), GgufExport.of(folder, "gpt-2", false));

        List<ScoredExample> results = score(gguf, FamilyFixture.examples());

        fixture.assertAgrees(results);
    }

    @Test
    void scoresAModelInPartsAsInOneFile() throws IOException {
        Path whole = Files.write(folder.resolve("whole.gguf"), TinyGguf.q8());
        List<byte[]> parts = TinyGguf.q8InParts(3);
        for (int i = 0; i < parts.size(); i++) {
            Files.write(folder.resolve("split-%05d-of-00003.gguf".formatted(i + 1)), parts.get(i));
        }
        List<Example> examples = List.of(new Example("The nurse said that", List.of(" he", " she"), 1));

        List<ScoredExample> results = score(folder.resolve("split-00002-of-00003.gguf"), examples);

        assertThat(results).isEqualTo(score(whole, examples));
    }

    private static List<ScoredExample> score(Path model, List<Example> examples) {
        List<ScoredExample> results = new ArrayList<>();
        try (Scorer scorer = Scorer.open(model, EngineOptions.DEFAULT.withBackend(BackendChoice.CPU))) {
            scorer.score(examples, results::addAll);
        }
        return results;
    }
}
