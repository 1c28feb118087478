package io.logprobe.engine;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.checkpoint.Checkpoint;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.failure.InvalidInput;
import io.logprobe.engine.model.CausalModel;
import io.logprobe.engine.model.PassListener;
import io.logprobe.engine.model.Predictions;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.family.Families;
import io.logprobe.engine.model.family.Family;
import io.logprobe.engine.model.family.Tensors;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.Sequence;
import io.logprobe.engine.tokenizer.EncodedPair;
import io.logprobe.engine.tokenizer.PairEncoder;
import io.logprobe.engine.tokenizer.PairEncoding;
import io.logprobe.engine.tokenizer.RejectedPair;
import io.logprobe.engine.tokenizer.TextPair;
import io.logprobe.engine.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Tokenises the whole job, then scores it block by block, each block layer by layer.
final class LayerMajorScorer implements Scorer {

    private static final int FALLBACK_MAX_LENGTH = 2048;

    private final EngineOptions options;
    private final Checkpoint checkpoint;
    private final Tokenizer tokenizer;
    private final Backend backend;
    private final Architecture architecture;
    private final CausalModel model;
    private final int maxLength;
    private final Duration loadTime;

    private LayerMajorScorer(
            EngineOptions options,
            Checkpoint checkpoint,
            Tokenizer tokenizer,
            Backend backend,
            Architecture architecture,
            CausalModel model,
            int maxLength,
            Duration loadTime) {
        this.options = options;
        this.checkpoint = checkpoint;
        this.tokenizer = tokenizer;
        this.backend = backend;
        this.architecture = architecture;
        this.model = model;
        this.maxLength = maxLength;
        this.loadTime = loadTime;
    }

    static LayerMajorScorer open(Path folder, EngineOptions options) {
        long start = System.nanoTime();
        ModelConfig config = ModelConfig.open(folder);
        // Before any weights are looked at: an unknown architecture is the better message.
        Family family = Families.of(config);
        Checkpoint checkpoint = null;
        Tokenizer tokenizer = null;
        Backend backend = null;
        try {
            checkpoint = Checkpoint.open(folder);
            Architecture architecture = family.describe(config, Tensors.of(checkpoint));
            tokenizer = Tokenizer.open(folder);
            backend = Backends.open(options.backend(), options.dtype());
            CausalModel model = CausalModel.load(architecture, checkpoint, backend);
            return new LayerMajorScorer(
                    options,
                    checkpoint,
                    tokenizer,
                    backend,
                    architecture,
                    model,
                    maxLength(config, tokenizer),
                    Duration.ofNanos(System.nanoTime() - start));
        } catch (RuntimeException | Error e) {
            close(backend, tokenizer, checkpoint);
            throw e;
        }
    }

    /// As lm-evaluation-harness looks it up.
    private static int maxLength(ModelConfig config, Tokenizer tokenizer) {
        for (String key : List.of("n_positions", "max_position_embeddings", "n_ctx")) {
            if (config.has(key)) {
                return config.size(key);
            }
        }
        return tokenizer.maxLength().orElse(FALLBACK_MAX_LENGTH);
    }

    @Override
    public ModelDescription describe() {
        return new ModelDescription(
                backend.name(),
                backend.detail(),
                backend.dtype(),
                architecture.modelType(),
                model.parameters(),
                options.bos(),
                maxLength,
                tokenizer.digest());
    }

    @Override
    public ScoreSummary score(List<Example> examples, ScoreSink sink) {
        long start = System.nanoTime();
        List<List<EncodedPair>> encoded = encode(examples);
        JobTally tally = new JobTally(examples.size());
        tally.planned(Duration.ofNanos(System.nanoTime() - start));
        int blockSize = Math.min(options.maxExamplesPerBlock(), Math.max(1, examples.size()));
        int blocks = Math.ceilDiv(examples.size(), blockSize);
        for (int block = 0; block < blocks; block++) {
            int first = block * blockSize;
            int end = Math.min(first + blockSize, examples.size());
            long planning = System.nanoTime();
            List<EncodedPair> pairs =
                    encoded.subList(first, end).stream().flatMap(List::stream).toList();
            ScoringPlan plan = ScoringPlan.of(pairs.stream().map(this::sequence).toList());
            tally.planned(Duration.ofNanos(System.nanoTime() - planning));

            long scoring = System.nanoTime();
            Predictions predictions = model.run(plan, progress(sink, tally, block, blocks, first, examples.size()));
            tally.computed(plan, pairs, Duration.ofNanos(System.nanoTime() - scoring));
            List<ScoredExample> scored = new BlockResults(plan, predictions).of(examples, encoded, first, end);
            tally.scored(scored);
            sink.accept(scored);
        }
        return tally.summary(loadTime, backend);
    }

    private static PassListener progress(
            ScoreSink sink, JobTally tally, int block, int blocks, int examplesDone, int examples) {
        return (step, steps) -> {
            double fraction = (block + (double) step / steps) / blocks;
            Duration elapsed = tally.elapsed();
            sink.progress(new Progress(
                    examplesDone, examples, block, blocks, step, steps, fraction, elapsed, Duration.ofNanos((long)
                            (elapsed.toNanos() * (1 - fraction) / fraction))));
        };
    }

    private Sequence sequence(EncodedPair pair) {
        int group = pair.input().length >= architecture.longFrom() ? 1 : 0;
        return new Sequence(pair.input(), pair.continuation(), group);
    }

    private List<List<EncodedPair>> encode(List<Example> examples) {
        List<TextPair> texts = new ArrayList<>();
        for (Example example : examples) {
            for (String completion : example.classes()) {
                texts.add(new TextPair(example.text(), completion));
            }
        }
        List<PairEncoding> encodings = new PairEncoder(tokenizer, options.bos(), maxLength).encodeAll(texts);
        List<List<EncodedPair>> byExample = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < examples.size(); i++) {
            List<EncodedPair> pairs = new ArrayList<>();
            for (int c = 0; c < examples.get(i).classes().size(); c++) {
                pairs.add(
                        switch (encodings.get(next++)) {
                            case EncodedPair pair -> pair;
                            case RejectedPair(String reason) ->
                                throw new InvalidInput("example " + i + ", classes[" + c + "]: " + reason);
                        });
            }
            byExample.add(pairs);
        }
        return byExample;
    }

    @Override
    public void close() {
        model.close();
        close(backend, tokenizer, checkpoint);
    }

    private static void close(Backend backend, Tokenizer tokenizer, Checkpoint checkpoint) {
        if (backend != null) {
            backend.close();
        }
        if (tokenizer != null) {
            tokenizer.close();
        }
        if (checkpoint != null) {
            checkpoint.close();
        }
    }
}
