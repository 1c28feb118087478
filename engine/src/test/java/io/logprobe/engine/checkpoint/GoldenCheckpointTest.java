package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenCheckpointTest {

    static Stream<Path> folders() throws IOException {
        Path golden = Path.of("../../shared/golden");
        assumeTrue(Files.isDirectory(golden), () -> golden + " is not there");
        try (Stream<Path> entries = Files.list(golden)) {
            return entries.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void readsEveryTensorInBothFormats(Path folder) {
        assertThat(ModelConfig.open(folder).modelType()).isNotEmpty();

        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.names()).isNotEmpty();
            checkpoint.names().stream()
                    .map(checkpoint::info)
                    .filter(info -> info.type().isWeight())
                    .forEach(info -> requireSameInBothFormats(checkpoint, info));
        }
    }

    /// Read whole as float32, and as bfloat16 in two parts.
    private static void requireSameInBothFormats(Checkpoint checkpoint, TensorInfo info) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment wide = arena.allocate(info.elements() * 4, 64);
            MemorySegment narrow = arena.allocate(info.elements() * 2, 64);
            long half = info.rows() / 2;
            checkpoint.readFloat32(info.name(), wide);
            checkpoint.readBfloat16(info.name(), 0, half, narrow);
            checkpoint.readBfloat16(
                    info.name(), half, info.rows() - half, narrow.asSlice(half * info.rowElements() * 2));
            for (long i = 0; i < info.elements(); i++) {
                float value = wide.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                short rounded = narrow.getAtIndex(ValueLayout.JAVA_SHORT, i);
                if (!Float.isFinite(value) || rounded != FloatConversion.float32ToBfloat16(value)) {
                    assertThat(rounded).as("%s[%d] = %s", info.name(), i, value).isNull();
                }
            }
        }
    }
}
