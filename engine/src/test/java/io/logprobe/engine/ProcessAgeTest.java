package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProcessAgeTest {

    @Test
    void isTheTimeSinceTheSystemStartedLessThatAtTheProcessStart() {
        String stat = "42 (a name) with)) spaces) S 1 42 42 0 -1 4194304 1 0 0 0 3 1 0 0 20 0 9 0 123456 8192 700";

        assertThat(ProcessAge.seconds(stat, "1300.25 2000.00\n")).isCloseTo(1300.25 - 1234.56, within(1e-9));
    }

    @Test
    void growsWhileTheProcessRuns() {
        double before = ProcessAge.seconds();

        assertThat(before).isPositive();
        assertThat(ProcessAge.seconds()).isGreaterThanOrEqualTo(before);
    }
}
