package io.logprobe.engine.model;

import static io.logprobe.engine.model.TinyArchitecture.HIDDEN;
import static io.logprobe.engine.model.TinyArchitecture.INNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.cpu.CpuBackend;
import io.logprobe.engine.backend.reference.ReferenceBackend;
import io.logprobe.engine.checkpoint.Checkpoint;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.memory.NativeBuffer;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.Mlp;
import io.logprobe.engine.model.family.Families;
import io.logprobe.engine.model.family.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What reading weights takes beside them. What can go wrong: a buffer that no plan knows, and one that is planned
/// although nobody takes it, which makes a model stream that would fit.
class ReadingCostsTest {

    private static final Path GPT2 = Path.of("../../shared/golden/gpt2");
    private static final long LARGEST_MATRIX = NativeBuffer.footprint(HIDDEN * INNER * Float.BYTES);

    private static long noneHeld(List<LinearRef> parts) {
        return 0;
    }

    private static long bytes(Mlp mlp, ToLongFunction<List<LinearRef>> heldBytes) {
        try (Backend backend = new ReferenceBackend(ComputeType.FLOAT32)) {
            return new ReadingCosts(TinyArchitecture.of(mlp), backend, heldBytes).bytes();
        }
    }

    @Test
    void aBackendThatReadsAWholeMatrixTakesTheLargest() {
        assertThat(bytes(TinyArchitecture.plain(UnaryOperator.identity()), ReadingCostsTest::noneHeld))
                .isEqualTo(LARGEST_MATRIX);
    }

    @Test
    void theExpertThatAllShareIsReadToo() {
        Mlp.Gated small = TinyArchitecture.gated(1);
        Mlp.Experts mlp = new Mlp.Experts(
                LinearRef.of("router", 2, HIDDEN, false),
                1,
                false,
                List.of(small, small),
                new Mlp.Shared(TinyArchitecture.gated(16 * INNER), null));

        assertThat(bytes(mlp, ReadingCostsTest::noneHeld))
                .as("gate and up in one")
                .isEqualTo(2 * 16 * LARGEST_MATRIX);
    }

    @Test
    void whatIsHeldOnTheHostComesOnTopOfWhatOthersAreReadThrough() {
        Mlp.Plain mlp = TinyArchitecture.plain(LinearRef::inputsFirst);
        long square = NativeBuffer.footprint(2 * HIDDEN * HIDDEN * Float.BYTES);

        assertThat(bytes(mlp, parts -> parts.getFirst().outputs() == INNER ? 123_000 : 0))
                .isEqualTo(123_000 + Math.max(square, LARGEST_MATRIX));
    }

    @Test
    void backendCpuReadsAPieceOfALargeMatrix() {
        int inner = 65_536; // 4 MiB
        try (Backend backend = new CpuBackend(ComputeType.FLOAT32)) {
            Mlp mlp = TinyArchitecture.plain(inner, UnaryOperator.identity());

            assertThat(new ReadingCosts(TinyArchitecture.of(mlp), backend, ReadingCostsTest::noneHeld).bytes())
                    .as("64 rows of the widest, or 256 KiB")
                    .isLessThanOrEqualTo(Math.max(64L * inner * Float.BYTES, 256 << 10));
            assertThat(backend.readingBytes(inner, HIDDEN)).isEqualTo(256 << 10);
        }
    }

    @Test
    void aMatrixThatLiesByInputsIsHeldAsItLiesAndTurned() {
        assumeTrue(Files.isDirectory(GPT2), () -> GPT2 + " is not there");
        ModelConfig config = ModelConfig.open(GPT2);
        try (Checkpoint checkpoint = Checkpoint.open(GPT2);
                Backend backend = new ReferenceBackend(ComputeType.FLOAT32);
                CausalModel model = CausalModel.open(
                        Families.of(config).describe(config, Tensors.of(checkpoint)),
                        checkpoint,
                        backend,
                        Duration.ofMinutes(1))) {
            long hidden = checkpoint.info("wte.weight").shape().getLast();
            long tokens = Math.min(
                    backend.vocabularyTile(), checkpoint.info("wte.weight").rows());
            long widest = 4 * hidden * hidden * Float.BYTES;

            assertThat(model.costs().readingBytes())
                    .isEqualTo(
                            2 * NativeBuffer.footprint(widest) + NativeBuffer.footprint(tokens * hidden * Float.BYTES));
        }
    }
}
