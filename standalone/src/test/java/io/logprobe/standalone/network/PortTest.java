package io.logprobe.standalone.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

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
    void namesThePortThatIsInUseOnAnyAddress() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Port.choose(taken.getLocalPort(), "the web page"))
                    .isInstanceOf(PortInUse.class)
                    .hasMessage("port " + taken.getLocalPort()
                            + " for the web page is in use: stop what listens on it or choose another port");
        }
    }
}
