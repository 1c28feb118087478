package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.WeightRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How large data reaches the device, on the emulated driver.
class StagingEmulatedTest {

    private static final int ROWS = 50;
    private static final int COLUMNS = 7;
    private static final long ROW_BYTES = COLUMNS * Integer.BYTES;

    private static final WeightRows COUNTING = (first, count, destination) -> {
        for (int i = 0; i < count * COLUMNS; i++) {
            destination.setAtIndex(ValueLayout.JAVA_INT, i, first * COLUMNS + i);
        }
    };

    @BeforeEach
    void installDevice() {
        EmulatedDevice.install();
    }

    @ParameterizedTest
    @CsvSource({"true, 28", "true, 64", "false, 28", "false, 64"})
    void rowsArriveAlsoWhereTheSystemDoesNotReadIntoWhatIsSent(boolean readable, long pitch) {
        try (CudaDevice device = CudaDevice.openAll(ComputeType.FLOAT32, SimpleValues.SMALL, 1)
                        .getFirst();
                Arena arena = Arena.ofConfined()) {
            CudaDriver driver = device.driver();
            CudaDriver.Stream copies = driver.stream();
            long target = device.memory().allocate(ROWS * pitch, copies, "rows");
            try (Staging staging = new Staging(driver, copies, 3 * ROW_BYTES, memory -> readable)) {
                staging.upload(COUNTING, ROW_BYTES, ROWS, target, pitch);
                driver.synchronize(copies);
            }

            MemorySegment back = arena.allocate(ROWS * ROW_BYTES, Integer.BYTES);
            device.upload().read(target, pitch, ROW_BYTES, ROWS, back);

            assertThat(back.toArray(ValueLayout.JAVA_INT))
                    .isEqualTo(IntStream.range(0, ROWS * COLUMNS).toArray());
        }
    }

    @Test
    void memoryIsReadableWhereTheSystemWritesToIt() {
        try (Arena arena = Arena.ofConfined()) {
            assertThat(Staging.isReadable(arena.allocate(100))).isTrue();
        }
        assertThat(Staging.isReadable(unmapped())).isFalse();
    }

    @SuppressWarnings("restricted")
    private static MemorySegment unmapped() {
        return MemorySegment.ofAddress(4096).reinterpret(100);
    }
}
