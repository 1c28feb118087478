package io.logprobe.engine;

import io.logprobe.engine.metrics.Metrics;
import io.logprobe.engine.model.Predictions;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.tokenizer.EncodedPair;
import java.util.ArrayList;
import java.util.List;

/// Puts the predictions of a plan back together by example.
record BlockResults(ScoringPlan plan, Predictions predictions) {

    /// Results of the examples `first` to `end − 1`, whose pairs are the plan's sequences in the same order.
    List<ScoredExample> of(List<Example> examples, List<List<EncodedPair>> pairs, int first, int end) {
        List<ScoredExample> results = new ArrayList<>();
        int sequence = 0;
        for (int index = first; index < end; index++) {
            results.add(result(index, examples.get(index), pairs.get(index), sequence));
            sequence += pairs.get(index).size();
        }
        return results;
    }

    private ScoredExample result(int index, Example example, List<EncodedPair> pairs, int firstSequence) {
        List<Double> sums = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        List<Boolean> greedy = new ArrayList<>();
        List<List<Double>> tokens = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            int from = plan.firstPrediction(firstSequence + i);
            int to = plan.firstPrediction(firstSequence + i + 1);
            List<Double> logprobs = new ArrayList<>();
            double sum = 0;
            boolean all = true;
            for (int prediction = from; prediction < to; prediction++) {
                logprobs.add(predictions.logprobs()[prediction]);
                sum += predictions.logprobs()[prediction];
                all &= predictions.greedy()[prediction];
            }
            sums.add(sum);
            counts.add(to - from);
            greedy.add(all);
            tokens.add(logprobs);
        }
        return new ScoredExample(
                index,
                sums,
                counts,
                greedy,
                tokens,
                Metrics.prediction(sums),
                example.target(),
                pairs.stream().anyMatch(EncodedPair::truncated));
    }
}
