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
        ModelConfig config = ModelConfig.open(folder);
        assertThat(config.modelType()).isNotEmpty();

        try (Checkpoint checkpoint = Checkpoint.open(folder);
                Arena arena = Arena.ofConfined()) {
            assertThat(checkpoint.names()).isNotEmpty();
            for (String name : checkpoint.names()) {
                TensorInfo info = checkpoint.info(name);
                if (!info.type().isWeight()) {
                    continue;
                }
                MemorySegment wide = arena.allocate(info.elements() * 4, 64);
                MemorySegment narrow = arena.allocate(info.elements() * 2, 64);
                checkpoint.readFloat32(name, wide);
                checkpoint.readBfloat16(name, narrow);
                for (long i = 0; i < info.elements(); i++) {
                    float value = wide.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    assertThat(Float.isFinite(value)).as(name).isTrue();
                    assertThat(narrow.getAtIndex(ValueLayout.JAVA_SHORT, i))
                            .isEqualTo(FloatConversion.float32ToBfloat16(value));
                }
            }
        }
    }
}
