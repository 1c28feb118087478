package io.logprobe.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeashTest {

    private Process sleeper;

    @BeforeEach
    void startSleeper() throws IOException {
        sleeper = new ProcessBuilder("sleep", "600").start();
    }

    @AfterEach
    void stopSleeper() {
        sleeper.destroyForcibly();
    }

    @Test
    void endsWhatItHoldsOnceItsPipeCloses() {
        Leash leash = Leash.start();
        leash.hold(sleeper.pid(), Leash.Signal.TERM);

        leash.close();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(sleeper.isAlive()).isFalse());
    }

    @Test
    void sparesWhatItReleased() throws Exception {
        Process other = new ProcessBuilder("sleep", "600").start();
        Leash leash = Leash.start();
        leash.hold(sleeper.pid(), Leash.Signal.TERM);
        leash.hold(other.pid(), Leash.Signal.TERM);
        leash.release(sleeper.pid());

        leash.close();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(other.isAlive()).isFalse());
        assertThat(sleeper.isAlive()).isTrue();
    }
}
