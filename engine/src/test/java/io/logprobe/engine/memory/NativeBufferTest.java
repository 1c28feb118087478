package io.logprobe.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NativeBufferTest {

    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @CsvSource({
        "0, 4096",
        "1, 4096",
        "4096, 4096",
        "4097, 8192",
        "1048576, 1048576",
        "1572863, 1572864",
        "1572864, 2097152",
        "2097152, 2097152",
        "3145728, 3145728",
        "3670016, 4194304"
    })
    void takesWholePagesAndAHugePageWhereThatIsMostlyUsed(long bytes, long taken) {
        assertThat(NativeBuffer.footprint(bytes)).isEqualTo(taken);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 4095, 4097, MIB, 3 * MIB / 2, 2 * MIB, 2 * MIB + 1, 4 * MIB - 1, 9 * MIB / 2})
    void holdsZerosAndWhatIsWrittenUpToItsLastByte(long bytes) {
        try (NativeBuffer buffer = NativeBuffer.allocate(bytes)) {
            assertThat(buffer.data().byteSize()).isEqualTo(bytes);
            assertThat(buffer.data().get(ValueLayout.JAVA_BYTE, 0)).isZero();
            assertThat(buffer.data().get(ValueLayout.JAVA_BYTE, bytes - 1)).isZero();

            buffer.data().fill((byte) 7);

            assertThat(buffer.data().get(ValueLayout.JAVA_BYTE, bytes - 1)).isEqualTo((byte) 7);
        }
    }
}
