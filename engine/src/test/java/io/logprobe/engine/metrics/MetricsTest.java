package io.logprobe.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private static final double LOG_2 = Math.log(2);

    @Test
    void predictsTheFirstOfEqualClasses() {
        assertThat(Metrics.prediction(List.of(-3.0, -2.0, -2.0))).isEqualTo(1);
    }

    @Test
    void isCorrectWhenTheTargetIsPredicted() {
        assertThat(Metrics.correct(List.of(-3.0, -2.0), 1)).isTrue();
        assertThat(Metrics.correct(List.of(-3.0, -2.0), 0)).isFalse();
    }

    @Test
    void losesTheLogarithmOfTheShareOfTheTarget() {
        // exp(-100) : exp(-100 - ln 2) = 2 : 1, so the second class has a third.
        assertThat(Metrics.loss(List.of(-100.0, -100 - LOG_2), 1)).isCloseTo(Math.log(3), within(1e-12));
        assertThat(Metrics.loss(List.of(-5000.0), 0)).isZero();
    }

    @Test
    void coversTheSumOfTheProbabilities() {
        assertThat(Metrics.coverage(List.of(-LOG_2, -2 * LOG_2))).isCloseTo(0.75, within(1e-12));
    }

    @Test
    void isAsConfidentAsTheShareOfThePrediction() {
        assertThat(Metrics.confidence(List.of(-100.0, -100 - LOG_2))).isCloseTo(2.0 / 3, within(1e-12));
    }

    @Test
    void scoresProbabilitiesAsLmEvaluationHarnessDoes() {
        // lm_eval.api.metrics.brier_score of the softmax of each.
        assertThat(Metrics.brier(List.of(-1.0, -2.0, -3.5), 0)).isCloseTo(0.16388020318104143, within(1e-12));
        assertThat(Metrics.brier(List.of(-4.0, -3.0, -2.0), 0)).isCloseTo(1.3304819115496436, within(1e-12));
        assertThat(Metrics.brier(List.of(-0.5, -0.25, -6.0), 1)).isCloseTo(0.38357812860036283, within(1e-12));
    }

    @Test
    void estimatesAMean() {
        // Deviations -2, 0, 2: sample variance 4, standard error 2/√3.
        Estimate estimate = Estimate.ofMean(new double[] {1, 3, 5});

        assertThat(estimate.mean()).isCloseTo(3, within(1e-12));
        assertThat(estimate.standardError()).isCloseTo(2 / Math.sqrt(3), within(1e-12));
        assertThat(estimate.high() - estimate.mean()).isCloseTo(1.96 * 2 / Math.sqrt(3), within(1e-3));
        assertThat(estimate.mean() - estimate.low()).isCloseTo(1.96 * 2 / Math.sqrt(3), within(1e-3));
    }

    @Test
    void estimatesAShare() {
        // Wilson's interval for 8 of 10 is 0.490 to 0.943; the standard error is √(0.16 · 10 / 9 / 10).
        Estimate estimate = Estimate.ofShare(8, 10);

        assertThat(estimate.mean()).isEqualTo(0.8);
        assertThat(estimate.standardError()).isCloseTo(Math.sqrt(0.16 / 9), within(1e-12));
        assertThat(estimate.low()).isCloseTo(0.490, within(5e-4));
        assertThat(estimate.high()).isCloseTo(0.943, within(5e-4));
    }

    @Test
    void keepsTheIntervalOfAShareWithinZeroAndOne() {
        assertThat(Estimate.ofShare(5, 5).high()).isEqualTo(1);
        assertThat(Estimate.ofShare(5, 5).low()).isCloseTo(0.566, within(5e-4));
        assertThat(Estimate.ofShare(0, 5).low()).isZero();
    }

    @Test
    void hasNoErrorForASingleExample() {
        assertThat(Estimate.ofMean(new double[] {2}).standardError()).isZero();
    }

    @Test
    void estimatesADifferenceByStudentsT() {
        // scipy.stats.ttest_1samp(values, 0).confidence_interval(0.95)
        Estimate estimate = Estimate.ofDifference(new double[] {0.5, -0.2, 0.3, 0.9, 0.1});

        assertThat(estimate.low()).isCloseTo(-0.19495385358581546, within(1e-9));
        assertThat(estimate.high()).isCloseTo(0.8349538535858154, within(1e-9));
    }

    @Test
    void refusesNoExamples() {
        assertThatIllegalArgumentException().isThrownBy(() -> Estimate.ofMean(new double[0]));
    }
}
