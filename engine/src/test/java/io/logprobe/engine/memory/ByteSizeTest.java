package io.logprobe.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({
        "4096, 4096",
        "1k, 1024",
        "768MiB, 805306368",
        "4GiB, 4294967296",
        "4 gib, 4294967296",
        "1.5G, 1610612736",
        "2GB, 2000000000",
        "2TiB, 2199023255552",
        "3B, 3"
    })
    void readsWhatPeopleWrite(String text, long bytes) {
        assertThat(ByteSize.valueOf(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "1KiB, 1 KiB",
        "768MiB, 768 MiB",
        "1.5GiB, 1536 MiB",
        "2GB, 2 GB",
        "1500000, 1500 kB",
        "1, 1 byte",
        "4097, 4097 bytes",
        "84987740161, 81050 MiB"
    })
    void tellsWhatWasGiven(String text, String told) {
        assertThat(ByteSize.valueOf(text)).hasToString(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "four", "GiB", "4 apples", "-1G", "0", "0.1B", "1PiB", "9999999999T"})
    void refusesTheRest(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.valueOf(text))
                .withMessageStartingWith("'" + text + "'");
    }
}
