package io.logprobe.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentTTest {

    /// `2 · scipy.stats.t.sf(t, degrees)`
    @ParameterizedTest
    @CsvSource({
        "2.0, 1, 0.2951672353008665",
        "2.0, 2, 0.18350341907227397",
        "-2.5, 9, 0.033861827682985735",
        "1.3, 10, 0.2227658172068446",
        "3.1, 791, 0.0020037888230657564",
        "0.2, 1507, 0.8415075651734015",
        "0, 7, 1"
    })
    void hasScipysTails(double t, int degrees, double expected) {
        assertThat(StudentT.twoSided(t, degrees)).isCloseTo(expected, within(1e-12));
    }

    /// `scipy.stats.t.ppf(0.975, degrees)`
    @ParameterizedTest
    @CsvSource({
        "1, 12.706204736174694",
        "2, 4.302652729749462",
        "9, 2.262157162798205",
        "30, 2.0422724563012378",
        "791, 1.962967579463803"
    })
    void hasScipysQuantiles(int degrees, double expected) {
        assertThat(StudentT.quantile(0.95, degrees)).isCloseTo(expected, within(1e-9));
    }
}
