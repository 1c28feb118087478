package io.logprobe.engine;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.bench.GemmRate;
import io.logprobe.engine.checkpoint.Checkpoint;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.failure.Rethrown;
import io.logprobe.engine.model.CausalModel;
import io.logprobe.engine.model.LayerCheckpoint;
import io.logprobe.engine.model.MemoryPlan;
import io.logprobe.engine.model.PassListener;
import io.logprobe.engine.model.Predictions;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.family.Families;
import io.logprobe.engine.model.family.Family;
import io.logprobe.engine.model.family.Tensors;
import io.logprobe.engine.plan.Sequence;
import io.logprobe.engine.tokenizer.EncodedPair;
import io.logprobe.engine.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

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
    private final CheckpointLock lock; // null where nothing is kept

    private LayerMajorScorer(
            EngineOptions options,
            CheckpointLock lock,
            Checkpoint checkpoint,
            Tokenizer tokenizer,
            Backend backend,
            Architecture architecture,
            CausalModel model,
            int maxLength,
            Duration loadTime) {
        this.options = options;
        this.lock = lock;
        this.checkpoint = checkpoint;
        this.tokenizer = tokenizer;
        this.backend = backend;
        this.architecture = architecture;
        this.model = model;
        this.maxLength = maxLength;
        this.loadTime = loadTime;
    }

    static LayerMajorScorer open(Path folder, EngineOptions options) {
        return open(folder, options, () -> Backends.open(options, String.valueOf(folder.getFileName())));
    }

    /// @param given becomes the scorer's, also where it cannot be opened
    static LayerMajorScorer open(Path folder, EngineOptions options, Backend given) {
        try {
            return open(folder, options, () -> given);
        } catch (RuntimeException | Error e) {
            given.close();
            throw e;
        }
    }

    private static LayerMajorScorer open(Path folder, EngineOptions options, Supplier<Backend> backends) {
        long start = System.nanoTime();
        ModelConfig config = ModelConfig.open(folder);
        // Before any weights are looked at: an unknown architecture is the better message.
        Family family = Families.of(config);
        CheckpointLock lock = options.checkpointing() == null
                ? null
                : CheckpointLock.take(options.checkpointing().file());
        Checkpoint checkpoint = null;
        Tokenizer tokenizer = null;
        Backend backend = null;
        CausalModel model = null;
        FutureTask<Tokenizer> opening = new FutureTask<>(() -> Tokenizer.open(folder));
        try {
            checkpoint = Checkpoint.open(folder);
            Architecture architecture = family.describe(config, Tensors.of(checkpoint));
            Thread.ofVirtual().start(opening);
            backend = backends.get();
            model = CausalModel.open(architecture, checkpoint, backend, options.readTimeout());
            if (budget(options, backend) == EngineOptions.UNBOUNDED) {
                holdAll(model);
            }
            tokenizer = opened(opening);
            backend.awaitReady();
            return new LayerMajorScorer(
                    options,
                    lock,
                    checkpoint,
                    tokenizer,
                    backend,
                    architecture,
                    model,
                    maxLength(config, tokenizer),
                    Duration.ofNanos(System.nanoTime() - start));
        } catch (RuntimeException | Error e) {
            opening.cancel(false);
            close(checkpoint, model, backend, tokenizer, lock);
            throw e;
        }
    }

    /// Loads what will be needed whatever the job is; where not all of it stays, the job decides what does.
    private static void holdAll(CausalModel model) {
        MemoryPlan all = model.plan(0, 0, EngineOptions.UNBOUNDED);
        if (!all.streams()) {
            model.hold(all);
        }
    }

    private static Tokenizer opened(FutureTask<Tokenizer> opening) {
        try {
            return opening.get();
        } catch (ExecutionException e) {
            throw Rethrown.unchecked(e.getCause());
        } catch (InterruptedException e) {
            throw Rethrown.interrupted("the tokenizer was read", e);
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
    public JobPlan explain(List<Example> examples) {
        return explainEncoded(encode(examples));
    }

    JobPlan explainEncoded(List<List<EncodedPair>> encoded) {
        PlannedJob job = planned(encoded);
        MemoryPlan memory = job.memory();
        JobProgress work = JobProgress.of(encoded.size(), job.blocks(), model.costs(), memory.headParts());
        return new JobPlan(
                encoded.size(),
                encoded.stream().mapToInt(List::size).sum(),
                job.blocks().stream()
                        .mapToLong(block -> block.plan().trie().rows())
                        .sum(),
                job.blocks().stream()
                        .mapToLong(block -> block.plan().headRowCount())
                        .sum(),
                work.flops(),
                job.blocks().size(),
                memory.residentBytes(),
                memory.streamedBytes(),
                memory.peakBytes(),
                GemmRate.ofBlock(backend, architecture.hidden(), 2),
                model.loadRate());
    }

    private record PlannedJob(List<ScoringBlock> blocks, MemoryPlan memory) {}

    private PlannedJob planned(List<List<EncodedPair>> encoded) {
        List<ScoringBlock> blocks = blocks(encoded, Long.MAX_VALUE);
        MemoryPlan memory = plan(encoded, blocks);
        return blocks.stream().allMatch(block -> block.plan().trie().rows() <= memory.rowsPerBlock())
                ? new PlannedJob(blocks, memory)
                : new PlannedJob(blocks(encoded, memory.rowsPerBlock()), memory);
    }

    @Override
    public ScoreSummary score(List<Example> examples, ScoreSink sink) {
        long start = System.nanoTime();
        return score(examples, encode(examples), sink, start);
    }

    ScoreSummary score(List<Example> examples, List<List<EncodedPair>> encoded, ScoreSink sink) {
        return score(examples, encoded, sink, System.nanoTime());
    }

    /// @param start when work on the job began
    private ScoreSummary score(List<Example> examples, List<List<EncodedPair>> encoded, ScoreSink sink, long start) {
        PlannedJob job = planned(encoded);
        List<ScoringBlock> blocks = job.blocks();
        MemoryPlan memory = job.memory();
        JobTally tally = new JobTally(examples.size(), loadTime);
        tally.planned(Duration.ofNanos(System.nanoTime() - start));

        long holding = System.nanoTime();
        model.hold(memory);
        tally.loaded(Duration.ofNanos(System.nanoTime() - holding));

        RunCheckpoint kept = options.checkpointing() == null
                ? null
                : RunCheckpoint.open(options.checkpointing(), digest(encoded, blocks), backend);
        if (kept != null) {
            tally.continued(kept.earlier());
        }
        JobProgress work = JobProgress.of(examples.size(), blocks, model.costs(), memory.headParts());
        JobProgress progress =
                kept == null ? work : work.continuedAfter(kept.done().size(), kept.layersDone());
        Pace pace = new Pace();
        long working = System.nanoTime();
        for (int i = 0; i < blocks.size(); i++) {
            ScoringBlock block = blocks.get(i);
            List<EncodedPair> pairs = encoded.subList(block.first(), block.end()).stream()
                    .flatMap(List::stream)
                    .toList();
            long scoring = System.nanoTime();
            boolean last = i == blocks.size() - 1;
            Predictions predictions = kept != null && i < kept.done().size()
                    ? kept.done().get(i)
                    : model.run(
                            block.plan(),
                            last,
                            kept == null ? LayerCheckpoint.NONE : kept,
                            noting(tally, progress.listener(i, working, pace, sink)));
            if (kept != null && i >= kept.done().size()) {
                kept.blockDone(predictions);
            }
            List<ScoredExample> scored =
                    new BlockResults(block.plan(), predictions).of(examples, encoded, block.first(), block.end());
            tally.computed(block.plan(), pairs, Duration.ofNanos(System.nanoTime() - scoring));
            tally.scored(scored);
            sink.accept(scored);
        }
        sink.finished();
        if (kept != null) {
            kept.delete();
        }
        return tally.summary(progress.flops(), blocks.size(), memory, describe());
    }

    /// A pass's first step is the embedding; the layers follow.
    private static PassListener noting(JobTally tally, PassListener listener) {
        return (step, steps) -> {
            tally.started();
            listener.done(step, steps);
        };
    }

    /// Of everything that a result depends on: a state is continued only where all of it is equal.
    private byte[] digest(List<List<EncodedPair>> encoded, List<ScoringBlock> blocks) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((describe() + "\n" + checkpoint.identity() + "\n").getBytes(StandardCharsets.UTF_8));
            for (ScoringBlock block : blocks) {
                digest.update((block.first() + "-" + block.end() + "\n").getBytes(StandardCharsets.UTF_8));
            }
            for (List<EncodedPair> pairs : encoded) {
                for (EncodedPair pair : pairs) {
                    String tokens = Arrays.toString(pair.input()) + Arrays.toString(pair.continuation());
                    digest.update(tokens.getBytes(StandardCharsets.UTF_8));
                }
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every JDK", e);
        }
    }

    private List<ScoringBlock> blocks(List<List<EncodedPair>> encoded, long maxRows) {
        return ScoringBlock.cut(encoded, this::sequence, options.maxExamplesPerBlock(), maxRows);
    }

    private MemoryPlan plan(List<List<EncodedPair>> encoded, List<ScoringBlock> blocks) {
        long rows = blocks.stream()
                .mapToLong(block -> block.plan().trie().rows())
                .max()
                .orElse(0);
        long smallest = Math.min(rows, ScoringBlock.largestExample(encoded));
        return model.plan(rows, smallest, budget(options, backend));
    }

    private static long budget(EngineOptions options, Backend backend) {
        return backend.plansHostMemory() ? options.memoryBytes() : options.deviceMemoryBytes();
    }

    private Sequence sequence(EncodedPair pair) {
        int group = pair.input().length >= architecture.longFrom() ? 1 : 0;
        return new Sequence(pair.input(), pair.continuation(), group);
    }

    List<List<EncodedPair>> encode(List<Example> examples) {
        return new ExampleEncoder(tokenizer, options.bos(), maxLength).encode(examples);
    }

    @Override
    public void close() {
        close(checkpoint, model, backend, tokenizer, lock);
    }

    /// The files first: that ends reads which are still going on, and the backend must outlive those.
    private static void close(
            Checkpoint checkpoint, CausalModel model, Backend backend, Tokenizer tokenizer, CheckpointLock lock) {
        if (checkpoint != null) {
            checkpoint.close();
        }
        if (model != null) {
            model.close();
        }
        if (backend != null) {
            backend.close();
        }
        if (tokenizer != null) {
            tokenizer.close();
        }
        if (lock != null) {
            lock.close();
        }
    }
}
