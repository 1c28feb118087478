package io.logprobe.contracts.evaluation;

import io.logprobe.contracts.Require;
import java.util.List;

/// The result of one example. Lists hold one element per class, in the dataset's order.
///
/// @param index row of the dataset, from 0
/// @param logprobs summed natural log-probability of each class's tokens
/// @param tokenCounts number of tokens of each class
/// @param isGreedy whether each class's tokens are the most probable ones throughout
/// @param prediction class with the highest log-probability, the first one on a tie
/// @param target class that counts as correct, null if the dataset has none
/// @param truncated whether tokens of the prompt were dropped because it is too long for the model
public record ExampleScore(
        int index,
        List<Double> logprobs,
        List<Integer> tokenCounts,
        List<Boolean> isGreedy,
        int prediction,
        Integer target,
        boolean truncated) {

    public ExampleScore {
        Require.notNegative(index, "index");
        logprobs = List.copyOf(Require.present(logprobs, "logprobs"));
        tokenCounts = List.copyOf(Require.present(tokenCounts, "tokenCounts"));
        isGreedy = List.copyOf(Require.present(isGreedy, "isGreedy"));
        int classes = logprobs.size();
        Require.positive(classes, "number of classes of example " + index);
        if (tokenCounts.size() != classes || isGreedy.size() != classes) {
            throw new IllegalArgumentException("example " + index + " has " + classes + " log-probabilities, "
                    + tokenCounts.size() + " token counts and " + isGreedy.size() + " greedy flags");
        }
        if (prediction < 0 || prediction >= classes || (target != null && (target < 0 || target >= classes))) {
            throw new IllegalArgumentException("example " + index + " has " + classes + " classes, prediction "
                    + prediction + " and target " + target);
        }
    }
}
