package io.logprobe.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeashTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Process sleeper;
    private Process other;

    @BeforeEach
    void startSleepers() throws IOException {
        sleeper = new ProcessBuilder("sleep", "600").start();
        other = new ProcessBuilder("sleep", "600").start();
    }

    @AfterEach
    void stopSleepers() {
        sleeper.destroyForcibly();
        other.destroyForcibly();
    }

    @Test
    void endsWhatItHoldsOnceItsPipeCloses() {
        Leash leash = Leash.start();
        leash.hold(sleeper.pid(), Leash.Signal.TERM);

        leash.close();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(sleeper.isAlive()).isFalse());
    }

    @Test
    void sparesWhatItReleased() {
        Leash leash = Leash.start();
        leash.hold(sleeper.pid(), Leash.Signal.TERM);
        leash.hold(other.pid(), Leash.Signal.TERM);
        leash.release(sleeper.pid());

        leash.close();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(other.isAlive()).isFalse());
        assertThat(sleeper.isAlive()).isTrue();
    }
}
