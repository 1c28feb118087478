package io.logprobe.engine.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.engine.EngineOptions;
import io.logprobe.engine.Example;
import io.logprobe.engine.ScoredExample;
import io.logprobe.engine.Scorer;
import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.backend.ComputeType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Whole models against log-probabilities that Transformers computed for them: folders with a `golden.json`.
///
/// @param run the part, and where the folders are
record GoldenModels(PartRun run) {

    private static final double TOKEN_TOLERANCE = 2e-4;
    private static final double SUM_TOLERANCE = 1e-3;
    private static final double BFLOAT16_FACTOR = 1.2;
    private static final int INVARIANCE_MODELS = 6;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// An example without the classes that the harness refuses, and what is expected of the others.
    void compareAll() {
        List<Path> folders = folders();
        for (Path folder : folders) {
            for (ComputeType dtype : ComputeType.values()) {
                String what = folder.getFileName() + ", " + PartRun.name(dtype);
                try {
                    JsonNode golden =
                            JSON.readTree(folder.resolve("golden.json").toFile());
                    List<GoldenCase> cases = GoldenCase.of(golden);
                    List<ScoredExample> results = score(
                            folder,
                            dtype,
                            cases.stream().map(GoldenCase::example).toList(),
                            Integer.MAX_VALUE);
                    switch (dtype) {
                        case FLOAT32 -> compareFloat32(what, golden, cases, results);
                        case BFLOAT16 -> compareBfloat16(what, golden, cases, results);
                    }
                } catch (RuntimeException | IOException e) {
                    run.checked(what, "", false, String.valueOf(e.getMessage()));
                }
            }
        }
    }

    private void compareFloat32(String what, JsonNode golden, List<GoldenCase> cases, List<ScoredExample> results) {
        double noise = 5 * golden.get("noise").get("float64_max_abs_sum_diff").doubleValue();
        double token = 0;
        double sum = 0;
        for (int i = 0; i < cases.size(); i++) {
            for (int c = 0; c < cases.get(i).expected().size(); c++) {
                JsonNode expected = cases.get(i).expected().get(c);
                sum = Math.max(
                        sum,
                        Math.abs(results.get(i).logprobs().get(c)
                                - expected.get("sum").doubleValue()));
                for (int t = 0; t < expected.get("token_logprobs").size(); t++) {
                    token = Math.max(token, difference(results.get(i), c, t, expected));
                }
            }
        }
        run.checked(
                what,
                "token %.1e, sum %.1e".formatted(token, sum),
                token <= Math.max(TOKEN_TOLERANCE, noise) && sum <= SUM_TOLERANCE,
                "greatest difference");
    }

    private void compareBfloat16(String what, JsonNode golden, List<GoldenCase> cases, List<ScoredExample> results) {
        double error = 0;
        int tokens = 0;
        for (int i = 0; i < cases.size(); i++) {
            for (int c = 0; c < cases.get(i).expected().size(); c++) {
                JsonNode expected = cases.get(i).expected().get(c);
                for (int t = 0; t < expected.get("token_logprobs").size(); t++) {
                    error += difference(results.get(i), c, t, expected);
                    tokens++;
                }
            }
        }
        double theirs =
                golden.get("noise").get("bfloat16_per_token_diff_mean_abs").doubleValue();
        run.checked(
                what,
                "%.2f of Transformers' error".formatted(error / tokens / theirs),
                error / tokens <= BFLOAT16_FACTOR * theirs,
                "mean over tokens");
    }

    private static double difference(ScoredExample result, int c, int t, JsonNode expected) {
        return Math.abs(result.tokenLogprobs().get(c).get(t)
                - expected.get("token_logprobs").get(t).doubleValue());
    }

    /// Shuffled, in pieces and alone: the same bits.
    void invariance() {
        for (Path folder : folders().stream().limit(INVARIANCE_MODELS).toList()) {
            for (ComputeType dtype : ComputeType.values()) {
                String what = folder.getFileName() + ", " + PartRun.name(dtype);
                try {
                    boolean same = isInvariant(folder, dtype, run.small() ? 2 : 20);
                    run.checked(what, same ? "same bits" : "other bits", same, "shuffled, in pieces, alone");
                } catch (RuntimeException | IOException e) {
                    run.checked(what, "", false, String.valueOf(e.getMessage()));
                }
            }
        }
    }

    private static boolean isInvariant(Path folder, ComputeType dtype, int repetitions) throws IOException {
        List<Example> examples = new ArrayList<>();
        for (GoldenCase example :
                GoldenCase.of(JSON.readTree(folder.resolve("golden.json").toFile()))) {
            for (int i = 0; i < repetitions; i++) {
                examples.add(new Example(
                        "Number " + i + ": " + example.example().text(),
                        example.example().classes(),
                        null));
            }
        }
        List<List<List<Double>>> whole = bits(score(folder, dtype, examples, Integer.MAX_VALUE));
        List<Integer> order = new ArrayList<>(
                Stream.iterate(0, i -> i + 1).limit(examples.size()).toList());
        Collections.shuffle(order, new Random(7));
        List<List<List<Double>>> shuffled =
                bits(score(folder, dtype, order.stream().map(examples::get).toList(), Integer.MAX_VALUE));
        List<List<List<Double>>> pieces = bits(score(folder, dtype, examples, 7));
        List<List<List<Double>>> alone = bits(score(folder, dtype, examples.subList(3, 4), 1));
        return shuffled.equals(order.stream().map(whole::get).toList())
                && pieces.equals(whole)
                && alone.getFirst().equals(whole.get(3));
    }

    private static List<List<List<Double>>> bits(List<ScoredExample> results) {
        return results.stream().map(ScoredExample::tokenLogprobs).toList();
    }

    private static List<ScoredExample> score(Path folder, ComputeType dtype, List<Example> examples, int atOnce) {
        EngineOptions options = EngineOptions.DEFAULT
                .withBackend(BackendChoice.CUDA)
                .withDtype(dtype)
                .withMaxExamplesPerBlock(atOnce);
        List<ScoredExample> results = new ArrayList<>();
        try (Scorer scorer = Scorer.open(folder, options)) {
            scorer.score(examples, results::addAll);
        }
        return results;
    }

    private List<Path> folders() {
        if (run.golden() == null) {
            run.figure("golden models", "none given", "--golden DIR names a folder of them");
            return List.of();
        }
        try (Stream<Path> folders = Files.list(run.golden())) {
            return folders.filter(folder -> Files.exists(folder.resolve("golden.json")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
