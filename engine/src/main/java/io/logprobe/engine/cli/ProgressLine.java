package io.logprobe.engine.cli;

import io.logprobe.engine.Progress;
import io.logprobe.engine.ScoreSink;
import io.logprobe.engine.ScoredExample;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/// Says after each layer how far a job is.
record ProgressLine(ScoreSink results, PrintWriter err) implements ScoreSink {

    @Override
    public void accept(List<ScoredExample> block) {
        results.accept(block);
    }

    @Override
    public void progress(Progress progress) {
        err.println(text(progress));
        err.flush();
    }

    @Override
    public void finished() {
        results.finished();
    }

    static String text(Progress progress) {
        return String.format(
                Locale.ROOT,
                "block %d of %d, step %d of %d: %.0f %%%s",
                progress.block() + 1,
                progress.blocks(),
                progress.layer(),
                progress.layers(),
                100 * progress.fraction(),
                left(progress));
    }

    /// To tenths where a second is much; nothing where nobody knows.
    private static String left(Progress progress) {
        if (progress.remaining().isZero() && progress.fraction() < 1) {
            return "";
        }
        double seconds = progress.remaining().toMillis() / 1e3;
        return String.format(Locale.ROOT, seconds < 9.95 ? ", about %.1f s left" : ", about %.0f s left", seconds);
    }
}
