package io.logprobe.standalone.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RestartPauseTest {

    @Test
    void doublesWhileTheServiceKeepsEndingSoon() {
        Stream<Duration> pauses = Stream.iterate(RestartPause.FIRST, pause -> pause.after(Duration.ofSeconds(5)))
                .map(RestartPause::value)
                .limit(7);

        assertThat(pauses.map(Duration::toSeconds)).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
    }

    @Test
    void beginsAnewAfterAMinuteOfLife() {
        assertThat(new RestartPause(Duration.ofSeconds(16)).after(Duration.ofMinutes(1)))
                .isEqualTo(RestartPause.FIRST);
    }
}
