package io.logprobe.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsReportTest {

    /// The right class is second. By sum the first is predicted; per token (−2 and −1.5) the second; per character (−1
    /// and −1.5) the first; per byte (−1 and −0.75, say of a script with two bytes each) the second; by mutual
    /// information (+1 and +2) the second.
    private static final ScoredClasses EXAMPLE =
            new ScoredClasses(List.of(-2.0, -3.0), List.of(1, 2), List.of(2, 2), List.of(2, 4), List.of(-3.0, -5.0), 1);

    @Test
    void predictsByEveryKindOfLength() {
        MetricsReport report = MetricsReport.of(List.of(EXAMPLE));

        assertThat(report.accuracy().mean()).isZero();
        assertThat(report.accNorm().mean()).isZero();
        assertThat(report.accBytes().mean()).isEqualTo(1);
        assertThat(report.accToken().mean()).isEqualTo(1);
        assertThat(report.pmi().mean()).isEqualTo(1);
    }

    @Test
    void averagesOverExamples() {
        // lm_eval.api.metrics.brier_score of these three is 0.6259800811103492.
        MetricsReport report = MetricsReport.of(List.of(
                example(List.of(-1.0, -2.0, -3.5), 0),
                example(List.of(-4.0, -3.0, -2.0), 0),
                example(List.of(-0.5, -0.25, -6.0), 1)));

        assertThat(report.brier().mean()).isCloseTo(0.6259800811103492, within(1e-12));
        assertThat(report.accuracy().mean()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(report.accuracy().standardError()).isCloseTo(1.0 / 3, within(1e-12));
        double loss = (Math.log(1 + Math.exp(-1) + Math.exp(-2.5))
                        + Math.log(1 + Math.exp(1) + Math.exp(2))
                        + Math.log(1 + Math.exp(-0.25) + Math.exp(-5.75)))
                / 3;
        assertThat(report.loss().mean()).isCloseTo(loss, within(1e-12));
        double coverage = (Math.exp(-1)
                        + Math.exp(-2)
                        + Math.exp(-3.5)
                        + Math.exp(-4)
                        + Math.exp(-3)
                        + Math.exp(-2)
                        + Math.exp(-0.5)
                        + Math.exp(-0.25)
                        + Math.exp(-6))
                / 3;
        assertThat(report.coverage().mean()).isCloseTo(coverage, within(1e-12));
    }

    @Test
    void measuresCalibrationInBins() {
        // Confidence 0.75 in all: three of four would be calibrated, two of four are right.
        List<ScoredClasses> sure = IntStream.range(0, 4)
                .mapToObj(i -> example(List.of(Math.log(0.75), Math.log(0.25)), i % 2))
                .toList();
        // Confidence 0.5 + 1e-9, one of two right: another bin, no error to speak of.
        List<ScoredClasses> unsure = IntStream.range(0, 2)
                .mapToObj(i -> example(List.of(Math.log(0.5 + 1e-9), Math.log(0.5 - 1e-9)), i % 2))
                .toList();

        Estimate error = MetricsReport.of(
                        Stream.concat(sure.stream(), unsure.stream()).toList())
                .ece();

        assertThat(error.mean()).isCloseTo(0.25 * 4 / 6, within(1e-6));
        assertThat(error.standardError()).isPositive();
        assertThat(error.low()).isLessThan(error.high());
    }

    @Test
    void repeatsItsIntervalOfCalibration() {
        List<ScoredClasses> examples = IntStream.range(0, 20)
                .mapToObj(i -> example(List.of(-0.1 * i, -1.0), i % 2))
                .toList();

        assertThat(MetricsReport.of(examples)).isEqualTo(MetricsReport.of(examples));
    }

    @Test
    void leavesOutWhatIsNotKnown() {
        MetricsReport report = MetricsReport.of(List.of(example(List.of(-1.0, -2.0), null)));

        assertThat(report.examples()).isEqualTo(1);
        assertThat(report.withTarget()).isZero();
        assertThat(report.coverage().mean()).isCloseTo(Math.exp(-1) + Math.exp(-2), within(1e-12));
        assertThat(Stream.of(report.accuracy(), report.loss(), report.accToken(), report.brier(), report.ece()))
                .containsOnlyNulls();
        assertThat(MetricsReport.of(List.of(example(List.of(-1.0, -2.0), 0))).accNorm())
                .isNull();
    }

    private static ScoredClasses example(List<Double> logprobs, Integer target) {
        return new ScoredClasses(logprobs, logprobs.stream().map(any -> 1).toList(), null, null, null, target);
    }
}
