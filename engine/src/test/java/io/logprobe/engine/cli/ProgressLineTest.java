package io.logprobe.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.Progress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

    @Test
    void saysWhereAJobIsAndHowLongItWillTake() {
        assertThat(line(Duration.ofMillis(83_400))).isEqualTo("block 2 of 3, step 4 of 14: 47 %, about 83 s left");
    }

    @Test
    void saysTenthsOfTheLastSeconds() {
        assertThat(line(Duration.ofMillis(9_940))).endsWith("about 9.9 s left");
        assertThat(line(Duration.ofMillis(9_960))).endsWith("about 10 s left");
    }

    @Test
    void saysNothingOfTheTimeLeftWhereNobodyKnows() {
        assertThat(line(Duration.ZERO)).endsWith("step 4 of 14: 47 %");
    }

    private static String line(Duration remaining) {
        return ProgressLine.text(new Progress(10, 30, 1, 3, 4, 14, 0.474, Duration.ofSeconds(75), remaining));
    }
}
