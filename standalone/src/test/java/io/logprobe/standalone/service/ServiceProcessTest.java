package io.logprobe.standalone.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.logprobe.standalone.network.Port;
import io.logprobe.standalone.process.Leash;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

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
    void isStartedAsSoonAsThatIsPossibleAgain() throws Exception {
        Path workingFolder = folder.resolve("services/stub-service");
        Path away = folder.resolve("away");
        try (ServiceProcess service = start(Map.of())) {
            service.awaitReady(PATIENCE);
            ProcessHandle first = service.handle();
            Files.move(workingFolder, away);
            first.destroyForcibly();
            await().atMost(PATIENCE)
                    .until(() -> notices.stream().anyMatch(notice -> notice.contains("cannot be started again")));

            Files.move(away, workingFolder);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.handle().pid()).isNotEqualTo(first.pid()));
            service.awaitReady(PATIENCE);
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

    @Test
    void givesASecretInTheEnvironmentAndLeavesItNowhereElse() throws Exception {
        Map<String, String> environment = Map.of("LOGPROBE_HUB_TOKEN", "hf_secret");
        ServiceSpec spec = StubService.in(folder, Port.choose(0, "the stub"), Map.of(), environment);
        try (ServiceProcess service = ServiceProcess.start(spec, folder, leash, notices::add)) {
            service.awaitReady(PATIENCE);

            assertThat(contentOf(URI.create("http://127.0.0.1:" + spec.port() + "/environment")))
                    .contains("LOGPROBE_HUB_TOKEN=hf_secret");
            assertThat(spec.toString()).doesNotContain("hf_secret");
            assertThat(service.handle().info().commandLine())
                    .hasValueSatisfying(
                            line -> assertThat(line).contains("quarkus-run.jar").doesNotContain("hf_secret"));
            assertThat(filesThatHold("stub-service")).isNotEmpty();
            assertThat(filesThatHold("hf_secret")).isEmpty();
        }
    }

    private ServiceProcess start(Map<String, String> configuration) throws Exception {
        ServiceSpec spec = StubService.in(folder, Port.choose(0, "the stub"), configuration, Map.of());
        return ServiceProcess.start(spec, folder, leash, notices::add);
    }

    private static String contentOf(URI address) {
        try (InputStream content = address.toURL().openStream()) {
            return new String(content.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> filesThatHold(String text) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> contentOf(file.toUri()).contains(text))
                    .toList();
        }
    }
}
