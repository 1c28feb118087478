package io.logprobe.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "512MiB, 536870912", "4GiB, 4294967296", "4 gb, 4294967296", "1K, 1024", "2TiB, 2199023255552"})
    void readsWhatPeopleWrite(String written, long bytes) {
        assertThat(ByteSize.valueOf(written)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GiB", "-1", "4 apples", "0"})
    void refusesWhatIsNoSize(String written) {
        assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.valueOf(written));
    }
}
