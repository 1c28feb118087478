package io.logprobe.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.standalone.network.PortInUse;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformTest {

    @TempDir
    Path folder;

    @Test
    void portOfTheHubThatIsTakenIsNoticedBeforeAnythingIsUnderWay() throws IOException {
        List<String> notices = new ArrayList<>();
        Platform platform = Platform.on(DataFolder.take(folder), notices::add);
        try (ServerSocket taken = new ServerSocket(0)) {
            HubChoice hub = new HubChoice.Local(OptionalInt.of(taken.getLocalPort()));
            PlatformSettings settings = new PlatformSettings(folder, "127.0.0.1", OptionalInt.of(0), hub);

            assertThatThrownBy(() -> platform.start(settings)).isInstanceOf(PortInUse.class);
        }

        assertThat(Thread.getAllStackTraces().keySet())
                .as("parts that nobody would stop")
                .extracting(Thread::getName)
                .doesNotContain("platform");
        assertThat(notices).isEmpty();
    }
}
