package io.logprobe.standalone.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.logprobe.standalone.network.Port;
import io.logprobe.standalone.process.Leash;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final Leash leash = Leash.start();
    private final List<String> notices = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeLeash() {
        leash.close();
    }

    @Test
    void isStartedAgainAfterAKill() throws Exception {
        try (ServiceProcess service = start(Map.of())) {
            service.awaitReady(PATIENCE);
            ProcessHandle first = service.handle();

            first.destroyForcibly();

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.handle().pid()).isNotEqualTo(first.pid()));
            service.awaitReady(PATIENCE);
            assertThat(notices)
                    .singleElement()
                    .asString()
                    .startsWith("stub-service ended with status 137 and starts again in 1 s");
        }
    }

    @Test
    void leavesNothingRunningWhenClosed() throws Exception {
        ServiceProcess service = start(Map.of());
        service.awaitReady(PATIENCE);

        service.close();

        assertThat(service.handle().isAlive()).isFalse();
        assertThat(notices).isEmpty();
    }

    @Test
    void failsAtOnceIfTheServiceEndsBeforeItIsReady() throws Exception {
        try (ServiceProcess service = start(Map.of("stub.fails", "yes"))) {
            assertThatThrownBy(() -> service.awaitReady(PATIENCE))
                    .isInstanceOf(ServiceFailure.class)
                    .hasMessageStartingWith("stub-service ended with status 3 before it was ready; its log is ");
        }
    }

    private ServiceProcess start(Map<String, String> configuration) throws Exception {
        ServiceSpec spec = StubService.in(folder, Port.choose(0, "the stub"), configuration);
        return ServiceProcess.start(spec, folder, leash, notices::add);
    }
}
