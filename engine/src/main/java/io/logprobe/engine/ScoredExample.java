package io.logprobe.engine;

import java.util.List;

/// An example's result; lists run over its classes, in their order.
///
/// @param index position of the example in the job, from 0
/// @param logprobs sum of the completion's token log-probabilities, natural logarithm
/// @param tokenCounts number of completion tokens
/// @param isGreedy whether every completion token was the most probable one
/// @param tokenLogprobs log-probability of each completion token
/// @param prediction index of the greatest sum, the first one wins ties
/// @param target as in the [Example], or null
/// @param truncated whether the beginning of the input was cut off for at least one class
public record ScoredExample(
        int index,
        List<Double> logprobs,
        List<Integer> tokenCounts,
        List<Boolean> isGreedy,
        List<List<Double>> tokenLogprobs,
        int prediction,
        Integer target,
        boolean truncated) {

    public ScoredExample {
        logprobs = List.copyOf(logprobs);
        tokenCounts = List.copyOf(tokenCounts);
        isGreedy = List.copyOf(isGreedy);
        tokenLogprobs = tokenLogprobs.stream().map(List::copyOf).toList();
    }

    /// The same result in another place of the job.
    ScoredExample withIndex(int other) {
        return new ScoredExample(other, logprobs, tokenCounts, isGreedy, tokenLogprobs, prediction, target, truncated);
    }
}
