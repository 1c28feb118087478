package io.logprobe.engine.cli.verify;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.conformance.BackendOperations;
import io.logprobe.engine.backend.conformance.BackendOperations.Case;
import io.logprobe.engine.backend.conformance.Conformance;
import io.logprobe.engine.backend.conformance.Conformance.Disagreement;
import io.logprobe.engine.backend.conformance.Conformance.Size;
import io.logprobe.engine.backend.cuda.CudaBackend;
import io.logprobe.engine.backend.cuda.CudaBenchmark;
import io.logprobe.engine.backend.cuda.CudaOptions;
import io.logprobe.engine.backend.reference.ReferenceBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/// One part of a verification, in a process of its own: what it finds goes out as soon as it is known.
///
/// @param golden folder of golden models, or null
/// @param work folder for files that may be large
/// @param python interpreter that may have Transformers
/// @param small whether to try the parts on tiny shapes, to see that they run at all
public record PartRun(Part part, Path golden, Path work, String python, boolean small, Consumer<Finding> sink) {

    private static final int REPETITIONS = 20;
    private static final int SMALL_ELEMENTS = 300;

    /// What the log-softmax gather must reach of the products' rate.
    private static final double HEAD_GOAL = 0.8;

    public void run() {
        switch (part) {
            case DEVICE -> device();
            case CONFORMANCE -> conformance();
            case GOLDEN -> onWarmDevice(new GoldenModels(this)::compareAll);
            case INVARIANCE -> onWarmDevice(new GoldenModels(this)::invariance);
            case PRODUCTS -> products();
            case HEAD -> head();
            case OPT_6_7B -> new ModelBenchmark(this, SyntheticOpt.OPT_6_7B).resident(Double.NaN);
            case OPT_13B -> new ModelBenchmark(this, SyntheticOpt.OPT_13B).resident(Double.NaN);
            case STREAMED -> new ModelBenchmark(this, SyntheticOpt.OPT_13B).streamed(16L << 30);
            case OPT_66B -> new ModelBenchmark(this, SyntheticOpt.OPT_66B).resident(40);
            case TRANSFORMERS -> new TransformersComparison(this).compare();
        }
    }

    /// The device's context stays while many models come and go: to make it takes longer than they do.
    private void onWarmDevice(Runnable work) {
        CudaBackend warm = CudaBackend.open(ComputeType.FLOAT32, options().withoutCublas());
        try {
            work.run();
        } finally {
            warm.close();
        }
    }

    /// Small blocks where a host emulates the device.
    private CudaOptions options() {
        return small ? CudaOptions.DEFAULT.withBlockRows(128) : CudaOptions.DEFAULT;
    }

    void figure(String what, String value, String note) {
        sink.accept(Finding.figure(part, what, value, note));
    }

    void checked(String what, String value, boolean passed, String note) {
        sink.accept(Finding.checked(part, what, value, passed, note));
    }

    /// A time with a goal, which means nothing on tiny shapes.
    void timed(String what, String value, boolean reached, String note) {
        if (small) {
            figure(what, value, note);
        } else {
            checked(what, value, reached, note);
        }
    }

    private void device() {
        figure("machine", Host.system(), Host.memory());
        figure("cards", Host.cards(), "");
        for (ComputeType dtype : ComputeType.values()) {
            try (CudaBackend backend = CudaBackend.open(dtype, options())) {
                figure("device, " + name(dtype), backend.detail(), (backend.memoryBytes() >> 20) + " MiB usable");
                figure("libraries, " + name(dtype), Host.libraries(), "");
            }
        }
        try (CudaBenchmark benchmark = CudaBenchmark.open(ComputeType.BFLOAT16, options())) {
            figure(
                    "weights are read",
                    benchmark.readsDirectly() ? "into pinned memory" : "and copied to pinned memory",
                    "");
            long bytes = small ? 4L << 20 : 2L << 30;
            figure(
                    "weights to the device",
                    "%.1f GB/s".formatted(benchmark.uploadRate(bytes) / 1e9),
                    "from host memory");
        }
    }

    private void conformance() {
        List<Case> all = BackendOperations.all();
        List<Case> products = all.stream()
                .filter(operation -> operation.name().startsWith("linear"))
                .toList();
        for (ComputeType dtype : ComputeType.values()) {
            conformance(dtype, ", cuBLASLt where found", all, options().waitingForEachKernel());
            conformance(
                    dtype,
                    ", own products",
                    products,
                    options().waitingForEachKernel().withoutCublas());
        }
    }

    /// A kernel's failure spoils the context: what comes after it with the same type is left out.
    private void conformance(ComputeType dtype, String products, List<Case> operations, CudaOptions options) {
        String what = name(dtype) + products;
        int compared = 0;
        int disagreements = 0;
        String last = "opening";
        try (Backend reference = new ReferenceBackend(dtype);
                Backend cuda = CudaBackend.open(dtype, options)) {
            for (Case operation : operations) {
                for (Size size : sizes()) {
                    last = operation.name() + ", " + size.rows() + " x " + size.columns();
                    Optional<Disagreement> disagreement = Conformance.compare(operation, size, reference, cuda);
                    compared++;
                    if (disagreement.isPresent()) {
                        disagreements++;
                        checked(what, "", false, disagreement.get().toString());
                        break;
                    }
                }
            }
            checked(what, (compared - disagreements) + " of " + compared + " comparisons", disagreements == 0, "");
        } catch (RuntimeException e) {
            checked(what, "failed after " + compared + " comparisons", false, last + ": " + e.getMessage());
        }
    }

    private List<Size> sizes() {
        return Conformance.sizes().stream()
                .filter(size -> !small || size.rows() * size.columns() <= SMALL_ELEMENTS)
                .toList();
    }

    private void products() {
        List<int[]> shapes = small
                ? List.of(new int[] {64, 64})
                : List.of(
                        new int[] {4096, 4096},
                        new int[] {4096, 16_384},
                        new int[] {16_384, 4096},
                        new int[] {5120, 20_480},
                        new int[] {9216, 9216},
                        new int[] {9216, 36_864},
                        new int[] {4096, CudaBenchmark.VOCABULARY_TILE});
        for (ComputeType dtype : ComputeType.values()) {
            products(dtype, shapes, "", options());
        }
        try (CudaBenchmark benchmark = CudaBenchmark.open(ComputeType.BFLOAT16, options())) {
            for (int hidden : small ? new int[] {64} : new int[] {4096, 9216}) {
                layer(benchmark, hidden, small ? 16 : 128);
            }
        }
        products(
                ComputeType.BFLOAT16,
                shapes.subList(0, 1),
                ", own kernel",
                options().withoutCublas());
        products(
                ComputeType.FLOAT32,
                shapes.subList(0, 1),
                ", own kernel",
                options().withoutCublas());
    }

    private void layer(CudaBenchmark benchmark, int hidden, int headDim) {
        benchmark
                .layer(hidden, headDim, REPETITIONS)
                .forEach((step, seconds) -> figure(
                        "layer of d=" + hidden + ", " + step,
                        "%.3f ms".formatted(seconds * 1e3),
                        benchmark.blockRows() + " rows"));
    }

    private void products(ComputeType dtype, List<int[]> shapes, String by, CudaOptions options) {
        try (CudaBenchmark benchmark = CudaBenchmark.open(dtype, options)) {
            for (int[] shape : shapes) {
                double seconds = benchmark.product(shape[0], shape[1], REPETITIONS);
                double flops = 2.0 * benchmark.blockRows() * shape[0] * shape[1];
                figure(
                        name(dtype) + by + ", " + benchmark.blockRows() + " x " + shape[0] + " x " + shape[1],
                        "%.1f TFLOP/s".formatted(flops / seconds / 1e12),
                        "%.3f ms".formatted(seconds * 1e3));
                boolean same = benchmark.fewerRowsGiveTheSameBits(shape[0], shape[1]);
                checked(
                        name(dtype) + by + ", " + shape[0] + " x " + shape[1] + ", rows",
                        same ? "same bits" : "other bits",
                        same,
                        "128 and 1,000 rows against a whole block");
            }
        }
    }

    private void head() {
        int width = small ? 64 : 4096;
        int tile = small ? 1024 : CudaBenchmark.VOCABULARY_TILE;
        List<Integer> vocabularies = small ? List.of(2500) : List.of(50_272, 256_000);
        try (CudaBenchmark benchmark = CudaBenchmark.open(ComputeType.BFLOAT16, options())) {
            for (int vocabulary : vocabularies) {
                double products = benchmark.head(width, vocabulary, tile, false, 5);
                double folded = benchmark.head(width, vocabulary, tile, true, 5);
                timed(
                        "log-softmax gather, d=" + width + ", V=" + vocabulary,
                        "%.0f %% of the products' rate".formatted(100 * products / folded),
                        products / folded >= HEAD_GOAL,
                        "%.2f ms against %.2f ms for %d rows"
                                .formatted(folded * 1e3, products * 1e3, benchmark.blockRows()));
            }
        }
    }

    static String name(ComputeType dtype) {
        return dtype.name().toLowerCase(Locale.ROOT);
    }
}
