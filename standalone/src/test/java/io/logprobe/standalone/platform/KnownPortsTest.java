package io.logprobe.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.standalone.network.Port;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class KnownPortsTest {

    private final int usualHub = Port.choose(0, "the usual port of the Hub");

    @Test
    void hubGetsThePortThatIsUsualForTheWebPageWhereItIsAskedFor() {
        int contested = Port.choose(0, "the usual port of the web page");

        KnownPorts ports = KnownPorts.choose(OptionalInt.empty(), contested, OptionalInt.of(contested), usualHub);

        assertThat(ports.hub()).hasValue(contested);
        assertThat(ports.web()).isNotEqualTo(contested);
    }

    @Test
    void webPageGetsThePortThatIsUsualForTheHubWhereItIsAskedFor() {
        int contested = Port.choose(0, "the usual port of the Hub");

        KnownPorts ports = KnownPorts.choose(OptionalInt.of(contested), 0, OptionalInt.empty(), contested);

        assertThat(ports.web()).isEqualTo(contested);
        assertThat(ports.hub().getAsInt()).isNotEqualTo(contested);
    }
}
