package io.logprobe.engine.cli.verify;

import io.logprobe.engine.EngineOptions;
import io.logprobe.engine.Example;
import io.logprobe.engine.ScoreSummary;
import io.logprobe.engine.ScoredExample;
import io.logprobe.engine.Scorer;
import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.cuda.CudaBenchmark;
import io.logprobe.engine.backend.cuda.CudaOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A job of WinoBias' shape, 2,000 sentences with two endings each, on a model of an OPT's shape in bfloat16.
record ModelBenchmark(PartRun run, SyntheticOpt given) {

    private static final int EXAMPLES = 2000;

    /// Share of the measured rate of products that a job must reach.
    private static final double RATE_GOAL = 0.6;

    /// What streaming may cost over resident weights where the transfer is not the longer part.
    private static final double STREAMED_GOAL = 1.2;

    private record Outcome(
            List<List<List<Double>>> logprobs, ScoreSummary summary, double seconds, double openSeconds) {}

    private SyntheticOpt model() {
        return run.small() ? SyntheticOpt.TINY : given;
    }

    private List<Example> examples() {
        return model().examples(run.small() ? 4 : EXAMPLES);
    }

    /// Scores with all weights on the device.
    ///
    /// @param goalSeconds bound on the compute time, or NaN
    void resident(double goalSeconds) {
        Outcome outcome = score(Long.MAX_VALUE);
        double rows = outcome.summary().rows();
        String what = model().name() + ", " + examples().size() + " x 2";
        String time = "%.2f s".formatted(outcome.seconds());
        String note = "%.0f rows computed; %s; opened in %.1f s"
                .formatted(rows, seconds(outcome.summary()), outcome.openSeconds());
        if (Double.isNaN(goalSeconds)) {
            run.figure(what + ", time", time, note);
        } else {
            run.timed(what + ", time", time, outcome.seconds() <= goalSeconds, note);
        }
        double flops = rows * model().flopsPerRow() + headRows() * model().flopsPerHeadRow();
        double rate = flops / outcome.seconds();
        double products = productRate();
        run.timed(
                what + ", rate",
                "%.0f %% of the products' rate".formatted(100 * rate / products),
                rate >= RATE_GOAL * products,
                "%.1f of %.1f TFLOP/s over necessary FLOPs".formatted(rate / 1e12, products / 1e12));
    }

    /// Scores once with all weights on the device, once within a budget.
    void streamed(long budget) {
        long bytes = run.small() ? Long.MAX_VALUE : budget;
        Outcome resident = score(Long.MAX_VALUE);
        String resided = model().name() + ", " + examples().size() + " x 2, time with all weights on the device";
        run.figure(resided, "%.2f s".formatted(resident.seconds()), "");
        Outcome streamed = score(bytes);
        boolean same = streamed.logprobs().equals(resident.logprobs());
        run.checked(model().name() + " within " + (budget >> 30) + " GiB, bits", same ? "same" : "others", same, "");
        // All weights went through the same buffers when the resident model was opened.
        double transfer = resident.openSeconds() * streamed.summary().streamedBytes() / model().bytes();
        double goal = STREAMED_GOAL * Math.max(transfer, resident.seconds());
        run.timed(
                model().name() + " within " + (budget >> 30) + " GiB, time",
                "%.2f s".formatted(streamed.seconds()),
                streamed.seconds() <= goal,
                "resident %.2f s, streamed weights alone %.2f s, %.1f GiB in each of %d passes"
                        .formatted(
                                resident.seconds(),
                                transfer,
                                streamed.summary().streamedBytes() / (double) (1L << 30),
                                streamed.summary().blocks()));
    }

    /// Where the time of a job went.
    static String seconds(ScoreSummary summary) {
        return "planned in %.2f s, computed in %.2f s".formatted(summary.planSeconds(), summary.scoreSeconds());
    }

    private double headRows() {
        return 3.0 * examples().size(); // the endings' three words are predicted at rows that both share
    }

    private double productRate() {
        int hidden = model().hidden();
        CudaOptions options = run.small() ? CudaOptions.DEFAULT.withBlockRows(128) : CudaOptions.DEFAULT;
        try (CudaBenchmark benchmark = CudaBenchmark.open(ComputeType.BFLOAT16, options)) {
            double seconds = benchmark.product(hidden, 4 * hidden, 10);
            return 2.0 * benchmark.blockRows() * hidden * 4 * hidden / seconds;
        }
    }

    private Outcome score(long memoryBytes) {
        EngineOptions options = EngineOptions.DEFAULT
                .withBackend(BackendChoice.CUDA)
                .withDtype(ComputeType.BFLOAT16)
                .withMemoryBytes(memoryBytes);
        Path folder;
        try {
            folder = model().write(run.work());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long opening = System.nanoTime();
        try (Scorer scorer = Scorer.open(folder, options)) {
            double openSeconds = (System.nanoTime() - opening) / 1e9;
            scorer.score(model().examples(2), scored -> {}); // kernels and products have been used once
            List<ScoredExample> results = new ArrayList<>();
            ScoreSummary summary = scorer.score(examples(), results::addAll);
            double seconds = summary.planSeconds() + summary.scoreSeconds();
            return new Outcome(
                    results.stream().map(ScoredExample::tokenLogprobs).toList(), summary, seconds, openSeconds);
        }
    }
}
