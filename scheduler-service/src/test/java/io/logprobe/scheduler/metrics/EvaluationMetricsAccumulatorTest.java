package io.logprobe.scheduler.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.logprobe.contracts.evaluation.ExampleScore;
import io.logprobe.contracts.outcome.EvaluationMetrics;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationMetricsAccumulatorTest {

    private final EvaluationMetricsAccumulator accumulator = new EvaluationMetricsAccumulator();

    @Test
    void figuresEqualThoseWorkedOutByHand() {
        // probabilities 1/2, 1/4: right answer first, loss -ln(2/3); then the same with the wrong answer, -ln(1/3)
        accumulator.add(example(0, 0, Math.log(0.5), Math.log(0.25)));
        accumulator.add(example(1, 1, Math.log(0.5), Math.log(0.25)));

        EvaluationMetrics metrics = accumulator.metrics();

        assertThat(metrics.exampleCount()).isEqualTo(2);
        assertThat(metrics.accuracy().value()).isEqualTo(0.5);
        // sqrt(((1-0.5)^2 + (0-0.5)^2) / (2-1)) / sqrt(2)
        assertThat(metrics.accuracy().standardError()).isCloseTo(0.5, within(1e-15));
        assertThat(metrics.loss().value()).isCloseTo((Math.log(1.5) + Math.log(3)) / 2, within(1e-12));
        assertThat(metrics.coverage().value()).isCloseTo(0.75, within(1e-12));
    }

    @Test
    void intervalOfAPerfectScoreIsWilsonsAndNotEmpty() {
        for (int index = 0; index < 10; index++) {
            accumulator.add(example(index, 0, -1.0, -2.0));
        }

        EvaluationMetrics metrics = accumulator.metrics();

        // n/(n+z²) with n = 10, z = 1.96
        assertThat(metrics.accuracy().low95()).isCloseTo(0.722467, within(1e-6));
        assertThat(metrics.accuracy().high95()).isEqualTo(1.0);
    }

    @Test
    void accuracyIsExactlyTheShareOfRightAnswers() {
        for (int index = 0; index < 792; index++) {
            accumulator.add(example(index, index < 386 ? 0 : 1, -1.0, -2.0));
        }

        assertThat(accumulator.metrics().accuracy().value()).isEqualTo(386 / 792.0);
    }

    @Test
    void largeNegativeLogProbabilitiesDoNotUnderflow() {
        accumulator.add(example(0, 1, -2000.0, -2001.0));

        assertThat(accumulator.metrics().loss().value()).isCloseTo(Math.log(1 + Math.E), within(1e-12));
    }

    @Test
    void withoutTargetsThereIsNoAccuracy() {
        accumulator.add(new ExampleScore(0, List.of(-1.0, -2.0), List.of(1, 1), List.of(true, false), 0, null, true));

        EvaluationMetrics metrics = accumulator.metrics();

        assertThat(metrics.accuracy()).isNull();
        assertThat(metrics.loss()).isNull();
        assertThat(metrics.truncatedCount()).isEqualTo(1);
    }

    private static ExampleScore example(int index, int target, Double... logprobs) {
        List<Double> values = List.of(logprobs);
        return new ExampleScore(
                index,
                values,
                Collections.nCopies(values.size(), 1),
                Collections.nCopies(values.size(), false),
                values.indexOf(Collections.max(values)),
                target,
                false);
    }
}
