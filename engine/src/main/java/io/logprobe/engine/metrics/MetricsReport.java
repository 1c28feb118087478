package io.logprobe.engine.metrics;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/// All figures of one model on one dataset. Those that need a target are over the examples that have one, and null
/// where none has; those that need texts or unconditional scores are null without them.
///
/// @param accuracy share of examples whose target has the greatest sum
/// @param loss mean of `−log softmax(logprobs)[target]`
/// @param coverage mean of the probability of all classes together, over all examples
/// @param accNorm accuracy by the sum per character
/// @param accBytes accuracy by the sum per byte
/// @param accToken accuracy by the sum per token
/// @param pmi accuracy by pointwise mutual information
/// @param brier mean of `Σ (softmax(logprobs) − one-hot(target))²`
/// @param ece expected calibration error of `softmax(logprobs)`
public record MetricsReport(
        int examples,
        int withTarget,
        Estimate accuracy,
        Estimate loss,
        Estimate coverage,
        Estimate accNorm,
        Estimate accBytes,
        Estimate accToken,
        Estimate pmi,
        Estimate brier,
        Estimate ece) {

    public static MetricsReport of(List<ScoredClasses> examples) {
        List<ScoredClasses> judged =
                examples.stream().filter(example -> example.target() != null).toList();
        return new MetricsReport(
                examples.size(),
                judged.size(),
                share(judged, example -> Metrics.prediction(example.logprobs())),
                mean(judged, example -> Metrics.loss(example.logprobs(), example.target())),
                mean(examples, example -> Metrics.coverage(example.logprobs())),
                known(judged, ScoredClasses::characters) ? share(judged, ScoredClasses::predictionByCharacter) : null,
                known(judged, ScoredClasses::bytes) ? share(judged, ScoredClasses::predictionByByte) : null,
                share(judged, ScoredClasses::predictionByToken),
                known(judged, ScoredClasses::unconditional)
                        ? share(judged, ScoredClasses::predictionByMutualInformation)
                        : null,
                mean(judged, example -> Metrics.brier(example.logprobs(), example.target())),
                judged.isEmpty() ? null : calibration(judged));
    }

    private static boolean known(List<ScoredClasses> examples, Function<ScoredClasses, List<?>> part) {
        return examples.stream().map(part).allMatch(Objects::nonNull);
    }

    private static Estimate share(List<ScoredClasses> examples, ToIntFunction<ScoredClasses> prediction) {
        int correct = (int) examples.stream()
                .filter(example -> prediction.applyAsInt(example) == example.target())
                .count();
        return examples.isEmpty() ? null : Estimate.ofShare(correct, examples.size());
    }

    private static Estimate mean(List<ScoredClasses> examples, ToDoubleFunction<ScoredClasses> value) {
        return examples.isEmpty()
                ? null
                : Estimate.ofMean(examples.stream().mapToDouble(value).toArray());
    }

    private static Estimate calibration(List<ScoredClasses> examples) {
        double[] confidences = new double[examples.size()];
        boolean[] correct = new boolean[examples.size()];
        for (int i = 0; i < confidences.length; i++) {
            ScoredClasses example = examples.get(i);
            confidences[i] = Metrics.confidence(example.logprobs());
            correct[i] = Metrics.correct(example.logprobs(), example.target());
        }
        return Calibration.error(confidences, correct);
    }
}
