package io.logprobe.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TrendTest {

    @Test
    void isTheSlopeOverTheLogarithmOfTheSize() {
        // numpy.polyfit(log10(parameters), values.mean(axis=1), 1)[0], and lm_eval.api.metrics.mean_stderr of the
        // slopes
        // of the examples.
        Trend trend = Trend.of(new double[] {1e6, 1e7, 1e9}, new double[][] {{1, 0, 1, 1}, {1, 0, 0, 1}, {0, 0, 0, 1}});

        assertThat(trend.perTenfold().mean()).isCloseTo(-0.16071428571428564, within(1e-12));
        assertThat(trend.perTenfold().standardError()).isCloseTo(0.09392698713130651, within(1e-12));
    }

    @Test
    void needsTwoSizes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trend.of(new double[] {1e6, 1e6}, new double[][] {{1}, {0}}));
    }
}
