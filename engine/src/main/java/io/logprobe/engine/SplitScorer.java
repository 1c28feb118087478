package io.logprobe.engine;

import io.logprobe.engine.JobSplit.Part;
import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.failure.Rethrown;
import io.logprobe.engine.model.family.Families;
import io.logprobe.engine.tokenizer.EncodedPair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;

/// Scores one job on several devices of this machine. Each takes a part of the examples and needs nothing from the
/// others: it has all weights, or streams them, as a single device would. A part's examples are scored to the same bits
/// wherever they are scored, so the number of devices changes nothing but the time.
final class SplitScorer implements Scorer {

    /// What a device's thread tells the caller's.
    private sealed interface Event {

        record Scored(int part, List<ScoredExample> block) implements Event {}

        record Advanced(int part, Progress progress) implements Event {}

        record Ended(int part, ScoreSummary summary) implements Event {}

        record Failed(Throwable failure) implements Event {}
    }

    private final List<LayerMajorScorer> scorers;

    private SplitScorer(List<LayerMajorScorer> scorers) {
        this.scorers = scorers;
    }

    static Scorer open(Path folder, EngineOptions options) {
        // Before any device is looked for: an unknown architecture is the better message.
        Families.of(ModelConfig.open(folder));
        List<Backend> backends = Backends.openAll(options, String.valueOf(folder.getFileName()));
        List<CompletableFuture<LayerMajorScorer>> opening = new ArrayList<>();
        for (int i = 0; i < backends.size(); i++) {
            Backend backend = backends.get(i);
            EngineOptions own = options.withCheckpointing(checkpointing(options, i));
            opening.add(CompletableFuture.supplyAsync(
                    () -> LayerMajorScorer.open(folder, own, backend), Thread.ofPlatform()::start));
        }
        List<LayerMajorScorer> opened = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (CompletableFuture<LayerMajorScorer> scorer : opening) {
            try {
                opened.add(scorer.join());
            } catch (CompletionException e) {
                failures.add(e.getCause());
            }
        }
        if (!failures.isEmpty()) {
            opened.forEach(Scorer::close);
            throw Rethrown.unchecked(failures.getFirst());
        }
        return new SplitScorer(opened);
    }

    /// A file per device.
    private static Checkpointing checkpointing(EngineOptions options, int device) {
        Checkpointing given = options.checkpointing();
        return given == null
                ? null
                : new Checkpointing(
                        given.file().resolveSibling(given.file().getFileName() + "." + device), given.interval());
    }

    @Override
    public ModelDescription describe() {
        return scorers.getFirst().describe();
    }

    @Override
    public ScoreSummary score(List<Example> examples, ScoreSink sink) {
        long start = System.nanoTime();
        List<List<EncodedPair>> encoded = scorers.getFirst().encode(examples);
        List<Part> parts = JobSplit.of(encoded, scorers.size());
        JobTally tally = new JobTally(examples.size(), Duration.ZERO);
        tally.planned(Duration.ofNanos(System.nanoTime() - start));

        long scoring = System.nanoTime();
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            int part = i;
            threads.add(Thread.ofPlatform()
                    .name("logprobe-device-" + i)
                    .start(() -> score(part, parts.get(part), examples, encoded, events)));
        }
        try {
            List<ScoreSummary> summaries = new Deliveries(examples.size(), parts, sink, tally).all(events);
            return tally.summary(summaries, Duration.ofNanos(System.nanoTime() - scoring), describe());
        } catch (InterruptedException e) {
            throw Rethrown.interrupted("devices were scoring", e);
        } finally {
            end(threads);
        }
    }

    private void score(
            int part,
            Part range,
            List<Example> examples,
            List<List<EncodedPair>> encoded,
            BlockingQueue<Event> events) {
        ScoreSink sink = new ScoreSink() {
            @Override
            public void accept(List<ScoredExample> block) {
                events.add(new Event.Scored(part, block));
            }

            @Override
            public void progress(Progress progress) {
                events.add(new Event.Advanced(part, progress));
            }
        };
        try {
            ScoreSummary summary = scorers.get(part)
                    .score(
                            examples.subList(range.first(), range.end()),
                            encoded.subList(range.first(), range.end()),
                            sink);
            events.add(new Event.Ended(part, summary));
        } catch (RuntimeException | Error e) {
            events.add(new Event.Failed(e));
        }
    }

    /// No thread uses a device any more when this returns.
    private static void end(List<Thread> threads) {
        threads.forEach(Thread::interrupt);
        boolean interrupted = Thread.interrupted();
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Passes on what the devices tell: blocks in the order of the job, progress of all together.
    private static final class Deliveries {

        private final int examples;
        private final List<Part> parts;
        private final ScoreSink sink;
        private final JobTally tally;
        private final List<List<List<ScoredExample>>> waiting = new ArrayList<>(); // blocks by part
        private final ScoreSummary[] summaries;
        private final double[] fractions; // by part
        private final Pace pace = new Pace();
        private final long start = System.nanoTime();
        private int current; // the part whose blocks are passed on as they come
        private int delivered;

        Deliveries(int examples, List<Part> parts, ScoreSink sink, JobTally tally) {
            this.examples = examples;
            this.parts = parts;
            this.sink = sink;
            this.tally = tally;
            summaries = new ScoreSummary[parts.size()];
            fractions = new double[parts.size()];
            parts.forEach(part -> waiting.add(new ArrayList<>()));
        }

        List<ScoreSummary> all(BlockingQueue<Event> events) throws InterruptedException {
            while (current < parts.size()) {
                switch (events.take()) {
                    case Event.Scored(int part, List<ScoredExample> block) ->
                        waiting.get(part).add(renumbered(block, parts.get(part).first()));
                    case Event.Advanced(int part, Progress progress) -> {
                        fractions[part] = progress.fraction();
                        sink.progress(together(progress));
                    }
                    case Event.Ended(int part, ScoreSummary summary) -> summaries[part] = summary;
                    case Event.Failed(Throwable failure) -> throw Rethrown.unchecked(failure);
                }
                deliver();
            }
            return List.of(summaries);
        }

        private void deliver() {
            while (current < parts.size()) {
                for (List<ScoredExample> block : waiting.get(current)) {
                    tally.scored(block);
                    delivered += block.size();
                    sink.accept(block);
                }
                waiting.get(current).clear();
                if (summaries[current] == null) {
                    return;
                }
                current++;
            }
        }

        private Progress together(Progress of) {
            double done = 0;
            for (int part = 0; part < parts.size(); part++) {
                done += fractions[part] * parts.get(part).share();
            }
            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
            return new Progress(
                    delivered,
                    examples,
                    of.block(),
                    of.blocks(),
                    of.layer(),
                    of.layers(),
                    Math.min(1, done),
                    elapsed,
                    pace.remaining(done, Math.max(0, 1 - done), elapsed));
        }

        private static List<ScoredExample> renumbered(List<ScoredExample> block, int first) {
            return block.stream()
                    .map(example -> example.withIndex(first + example.index()))
                    .toList();
        }
    }

    @Override
    public JobPlan explain(List<Example> examples) {
        List<List<EncodedPair>> encoded = scorers.getFirst().encode(examples);
        List<Part> parts = JobSplit.of(encoded, scorers.size());
        List<JobPlan> plans = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            plans.add(scorers.get(i)
                    .explainEncoded(
                            encoded.subList(parts.get(i).first(), parts.get(i).end())));
        }
        return JobPlan.sideBySide(plans);
    }

    @Override
    public void close() {
        scorers.forEach(Scorer::close);
    }
}
