package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.checkpoint.Checkpoint;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.failure.InsufficientMemory;
import io.logprobe.engine.model.CausalModel;
import io.logprobe.engine.model.LayerCheckpoint;
import io.logprobe.engine.model.MemoryPlan;
import io.logprobe.engine.model.family.Families;
import io.logprobe.engine.model.family.Tensors;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.Sequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole models on a device whose memory is small. What can go wrong: a plan that leaves out what the backend itself
/// takes, weights that are replaced while they are in use, a failure in the middle of a run where a refusal
/// should come before it.
class CudaMemoryEmulatedTest {

    private static final Path GOLDEN = Path.of("../../shared/golden");
    private static final CudaOptions OPTIONS = CudaOptions.DEFAULT
            .withBlockRows(128)
            .withStagingBytes(16 << 10)
            .withMemoryBytes(1L << 30)
            .withoutCublas();
    private static final ScoringPlan PLAN = ScoringPlan.of(sequences());

    @BeforeEach
    void installDevice() {
        assumeTrue(Files.isDirectory(GOLDEN), () -> GOLDEN + " is not there");
        EmulatedDevice.install();
    }

    private static List<Sequence> sequences() {
        Random random = new Random(4);
        return IntStream.range(0, 12)
                .mapToObj(i -> new Sequence(
                        random.ints(5 + random.nextInt(14), 0, 50).toArray(), new int[] {random.nextInt(50)}, 0))
                .toList();
    }

    private static <T> T on(String name, CudaOptions options, Function<CausalModel, T> use) {
        return on(name, ComputeType.FLOAT32, options, use);
    }

    private static <T> T on(String name, ComputeType dtype, CudaOptions options, Function<CausalModel, T> use) {
        ModelConfig config = ModelConfig.open(GOLDEN.resolve(name));
        try (Checkpoint checkpoint = Checkpoint.open(GOLDEN.resolve(name));
                CudaBackend backend = CudaBackend.open(dtype, options);
                CausalModel model = CausalModel.open(
                        Families.of(config).describe(config, Tensors.of(checkpoint)),
                        checkpoint,
                        backend,
                        Duration.ofMinutes(1))) {
            return use.apply(model);
        }
    }

    private static MemoryPlan plan(CausalModel model) {
        return model.plan(PLAN.trie().rows(), PLAN.trie().rows(), Long.MAX_VALUE);
    }

    private static double[] logprobs(CausalModel model) {
        model.hold(plan(model));
        return model.run(PLAN, true, LayerCheckpoint.NONE, (step, steps) -> {}).logprobs();
    }

    /// The smallest budget that a job can be planned within.
    private static long least(String name) {
        return on(name, OPTIONS, model -> {
            long fits = plan(model).peakBytes();
            long fails = 0;
            while (fits - fails > 1) {
                long middle = (fits + fails) / 2;
                try {
                    model.plan(PLAN.trie().rows(), PLAN.trie().rows(), middle);
                    fits = middle;
                } catch (InsufficientMemory e) {
                    fails = middle;
                }
            }
            return fits;
        });
    }

    /// A device that has so much memory for a plan.
    private static CudaOptions deviceFor(long planned) {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, OPTIONS)) {
            long plannable = planned + backend.opened().memory().used();
            return OPTIONS.withMemoryBytes(plannable + plannable / (CudaDevice.UNPLANNED_SHARE - 1) + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"opt-350m-style", "mixtral"})
    void aModelLargerThanTheDeviceIsStreamedWithTheSameBits(String name) {
        double[] resident = on(name, OPTIONS, CudaMemoryEmulatedTest::logprobs);
        CudaOptions small = deviceFor(least(name));

        boolean streams = on(name, small, model -> plan(model).streams());

        assertThat(streams).isTrue();
        assertThat(on(name, small, CudaMemoryEmulatedTest::logprobs)).isEqualTo(resident);
    }

    @ParameterizedTest
    @CsvSource({"gpt2, FLOAT32", "gpt2, BFLOAT16", "opt-350m-style, BFLOAT16", "mixtral, FLOAT32"})
    void whatIsPlannedToStayStaysAndFitsBesideTheJob(String name, ComputeType dtype) {
        double[] expected = on(name, dtype, OPTIONS, CudaMemoryEmulatedTest::logprobs);
        CudaOptions justEnough =
                deviceFor(on(name, dtype, OPTIONS, model -> plan(model).peakBytes()));

        boolean streams = on(name, dtype, justEnough, model -> plan(model).streams());

        assertThat(streams).isFalse();
        assertThat(on(name, dtype, justEnough, CudaMemoryEmulatedTest::logprobs))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bloom", "gpt-neox-pythia", "gpt2"})
    void weightsThatComeInSmallPiecesAreTheSame(String name) {
        double[] whole = on(name, OPTIONS.withStagingBytes(1 << 20), CudaMemoryEmulatedTest::logprobs);

        assertThat(on(name, OPTIONS.withStagingBytes(3000), CudaMemoryEmulatedTest::logprobs))
                .isEqualTo(whole);
    }

    @Test
    void aJobThatTheDeviceCannotHoldIsRefusedBeforeItBegins() {
        CudaOptions small = deviceFor(100 << 10);

        assertThatThrownBy(() -> on("opt-350m-style", small, CudaMemoryEmulatedTest::plan))
                .isInstanceOf(InsufficientMemory.class)
                .hasMessageMatching("this job needs at least \\d+ MiB of memory, not \\d+ (bytes|KiB)");
    }
}
