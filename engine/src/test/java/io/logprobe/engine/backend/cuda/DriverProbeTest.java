package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.logprobe.engine.backend.cuda.DriverAnswer.Found;
import io.logprobe.engine.backend.cuda.DriverAnswer.NoDriver;
import org.junit.jupiter.api.Test;

class DriverProbeTest {

    @Test
    void lackOfADriverIsToldEveryTimeInTheSameWords() {
        DriverAnswer first = DriverProbe.ask();
        assumeFalse(first instanceof Found, "this machine has an NVIDIA driver");

        DriverAnswer second = DriverProbe.ask();

        assertThat(first).isEqualTo(new NoDriver());
        assertThat(second).isEqualTo(first);
    }
}
