package io.logprobe.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedComparisonTest {

    private static final ScoredClasses RIGHT = example(-1, -2);
    private static final ScoredClasses WRONG = example(-2, -1);

    /// `scipy.stats.binomtest(min(b, c), b + c, 0.5).pvalue`
    @ParameterizedTest
    @CsvSource({
        "5, 1, 0.21875",
        "10, 10, 1",
        "3, 12, 0.03515625",
        "0, 4, 0.125",
        "120, 80, 0.005685155996750306",
        "900, 700, 6.319484959450105e-07",
        "0, 0, 1"
    })
    void testsAccuracyByMcNemar(int onlyFirst, int onlySecond, double expected) {
        assertThat(PairedComparison.mcNemar(onlyFirst, onlySecond)).isCloseTo(expected, within(1e-10 * expected));
    }

    @Test
    void testsLossByThePairedT() {
        // scipy.stats.ttest_1samp(values, 0).pvalue
        assertThat(PairedComparison.pairedT(new double[] {0.5, -0.2, 0.3, 0.9, 0.1}))
                .isCloseTo(0.15955285269839398, within(1e-12));
        assertThat(PairedComparison.pairedT(new double[] {0, 0, 0})).isEqualTo(1);
    }

    @Test
    void countsWhereTheModelsDiffer() {
        PairedComparison comparison = PairedComparison.of(
                List.of(RIGHT, RIGHT, WRONG, WRONG, WRONG), List.of(RIGHT, WRONG, RIGHT, RIGHT, WRONG));

        assertThat(comparison.onlyFirst()).isEqualTo(1);
        assertThat(comparison.onlySecond()).isEqualTo(2);
        assertThat(comparison.accuracyP()).isEqualTo(1);
        assertThat(comparison.accuracyDifference().mean()).isCloseTo(0.2, within(1e-12));
        // A wrong prediction loses 1 more than a right one here.
        assertThat(comparison.lossDifference().mean()).isCloseTo(-0.2, within(1e-12));
    }

    @Test
    void findsAModelEqualToItself() {
        List<ScoredClasses> same = IntStream.range(0, 5).mapToObj(i -> RIGHT).toList();

        PairedComparison comparison = PairedComparison.of(same, same);

        assertThat(comparison.accuracyP()).isEqualTo(1);
        assertThat(comparison.lossP()).isEqualTo(1);
        assertThat(comparison.lossDifference().mean()).isZero();
    }

    @Test
    void refusesDifferentNumbersOfExamples() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PairedComparison.of(List.of(RIGHT), Collections.nCopies(2, RIGHT)));
    }

    private static ScoredClasses example(double target, double other) {
        return new ScoredClasses(List.of(target, other), List.of(1, 1), null, null, null, 0);
    }
}
