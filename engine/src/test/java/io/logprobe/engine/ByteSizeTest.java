package io.logprobe.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

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
        "3B, 3"
    })
    void readsWhatPeopleWrite(String text, long bytes) {
        assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "four", "-1G", "0", "0.1B", "1PiB", "9999999999T"})
    void refusesTheRest(String text) {
        assertThatExceptionOfType(TypeConversionException.class).isThrownBy(() -> ByteSize.parse(text));
    }
}
