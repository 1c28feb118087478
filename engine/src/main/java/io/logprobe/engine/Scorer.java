package io.logprobe.engine;

import io.logprobe.engine.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;

/// Scores examples with one model. Not thread-safe: one job at a time.
///
/// ```java
/// try (Scorer scorer = Scorer.open(folder, EngineOptions.DEFAULT)) {
///     scorer.score(examples, block -> results.addAll(block));
/// }
/// ```
public interface Scorer extends AutoCloseable {

    /// Opens a model folder: `config.json`, weights and tokenizer files as on the Hub.
    ///
    /// @throws io.logprobe.engine.failure.EngineException when the model cannot be scored here; nothing stays open
    static Scorer open(Path modelFolder, EngineOptions options) {
        return options.devices() == 1
                ? LayerMajorScorer.open(modelFolder, options)
                : SplitScorer.open(modelFolder, options);
    }

    /// Starts in the background whatever can be made ready before the model is known. Who calls it early finds
    /// [#open] faster; nobody has to.
    static void prepare(EngineOptions options) {
        Backends.prepare(options);
        Tokenizer.prepare();
    }

    ModelDescription describe();

    /// Scores all examples. Interrupting the calling thread stops the job between two layers with a
    /// [java.util.concurrent.CancellationException].
    ///
    /// @throws io.logprobe.engine.failure.InvalidInput naming the example that cannot be scored, before any is
    /// scored
    ScoreSummary score(List<Example> examples, ScoreSink sink);

    /// Plans a job without doing it; measures for a moment how fast this machine multiplies and reads.
    ///
    /// @throws io.logprobe.engine.failure.InsufficientMemory stating the minimum
    JobPlan explain(List<Example> examples);

    @Override
    void close();
}
