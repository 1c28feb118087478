package io.logprobe.engine.metrics;

import java.util.List;
import java.util.stream.IntStream;

/// What the metrics need to know of one example; lists run over its classes.
///
/// @param logprobs sums of token log-probabilities
/// @param tokens lengths in tokens
/// @param characters lengths in characters (code points) without leading white space, which separates a class from its
///     prompt and is no part of it; null where the texts are not known
/// @param bytes lengths in UTF-8 bytes, likewise
/// @param unconditional sums of token log-probabilities after an empty prompt; null where they are not known
/// @param target index of the right class; null where it is not known
public record ScoredClasses(
        List<Double> logprobs,
        List<Integer> tokens,
        List<Integer> characters,
        List<Integer> bytes,
        List<Double> unconditional,
        Integer target) {

    /// Prediction by the sum per character: lm-evaluation-harness' `acc_norm`.
    int predictionByCharacter() {
        return Metrics.prediction(dividedBy(characters));
    }

    /// Prediction by the sum per byte: `acc_bytes`.
    int predictionByByte() {
        return Metrics.prediction(dividedBy(bytes));
    }

    /// Prediction by the mean of the token log-probabilities.
    int predictionByToken() {
        return Metrics.prediction(dividedBy(tokens));
    }

    /// Prediction by the pointwise mutual information of prompt and class, `log p(class | prompt) − log p(class)`:
    /// `acc_mutual_info`.
    int predictionByMutualInformation() {
        return Metrics.prediction(IntStream.range(0, logprobs.size())
                .mapToObj(i -> logprobs.get(i) - unconditional.get(i))
                .toList());
    }

    /// A class of nothing but white space has a length of 0 and counts as infinitely improbable.
    private List<Double> dividedBy(List<Integer> lengths) {
        return IntStream.range(0, logprobs.size())
                .mapToObj(i -> lengths.get(i) == 0 ? Double.NEGATIVE_INFINITY : logprobs.get(i) / lengths.get(i))
                .toList();
    }
}
