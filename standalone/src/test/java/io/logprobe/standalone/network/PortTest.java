package io.logprobe.standalone.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortTest {

    @Test
    void findsAFreePort() {
        assertThat(Port.choose(0, "the web page")).isBetween(1, 65535);
    }

    @Test
    void takesTheWantedPortIfItIsFree() {
        int free = Port.choose(0, "the web page");

        assertThat(Port.choose(free, "the web page")).isEqualTo(free);
    }

    @Test
    void givesNoPortTwiceBeforeItIsListenedOn() {
        Set<Integer> chosen = new HashSet<>();

        for (int choice = 0; choice < 200; choice++) {
            assertThat(chosen.add(Port.choose(0, "a service"))).isTrue();
        }
    }

    @Test
    void prefersAPortOnceAndThenAnother() {
        int preferred = freePort();

        assertThat(Port.prefer(preferred, "the web page")).isEqualTo(preferred);
        assertThat(Port.prefer(preferred, "the web page")).isNotEqualTo(preferred);
    }

    @Test
    void leavesAPortToTheProcessThatChoseItFirst(@TempDir Path claims) {
        PortClaims first = new PortClaims(claims);
        PortClaims second = new PortClaims(claims);

        assertThat(first.claim(21_000)).isTrue();

        assertThat(second.claim(21_000)).isFalse();
        assertThat(second.claim(21_001)).isTrue();
        assertThat(first.holds(21_000)).isTrue();
        assertThat(second.holds(21_000)).isFalse();
    }

    @Test
    void namesThePortThatIsInUseOnAnyAddress() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Port.choose(taken.getLocalPort(), "the web page"))
                    .isInstanceOf(PortInUse.class)
                    .hasMessage("port " + taken.getLocalPort()
                            + " for the web page is in use: stop what listens on it or choose another port");
        }
    }

    /// A port that the system gives, and that no process of Logprobe has chosen.
    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
