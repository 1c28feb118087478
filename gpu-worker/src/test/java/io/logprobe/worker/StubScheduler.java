package io.logprobe.worker;

import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.evaluation.EvaluationEvent;
import io.logprobe.contracts.evaluation.ExampleScore;
import io.logprobe.contracts.evaluation.ExamplesScored;
import io.logprobe.contracts.evaluation.ScoringCompleted;
import io.logprobe.contracts.evaluation.ScoringFailed;
import io.logprobe.contracts.evaluation.ScoringStarted;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.Provenance;
import io.logprobe.contracts.spec.ScoringOptions;
import io.logprobe.messaging.testing.Wire;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/// The scheduler, as far as the worker can tell: commands it, and reads what it logs.
final class StubScheduler {

    private final Wire wire;
    private final UUID bootId;

    /// @param bootId the start of the worker that is commanded
    StubScheduler(Wire wire, UUID bootId) {
        this.wire = wire;
        this.bootId = bootId;
    }

    /// A command to this start of the worker.
    RunEvaluation run(ModelRevision model, DatasetRevision dataset, long epoch) {
        return new RunEvaluation(
                Surroundings.NODE,
                bootId,
                UUID.randomUUID(),
                UUID.randomUUID(),
                epoch,
                model,
                dataset,
                ScoringOptions.DEFAULT,
                List.of(),
                null);
    }

    ScoringCompleted awaitCompleted(RunEvaluation run) {
        return wire.awaitEvent(
                ScoringCompleted.class,
                event -> event.evaluationId().equals(run.evaluationId()) && event.epoch() == run.epoch());
    }

    /// Commands an attempt that fails.
    ScoringFailed failure(RunEvaluation run) {
        wire.write(run);
        return wire.awaitEvent(
                ScoringFailed.class, event -> event.evaluationId().equals(run.evaluationId()));
    }

    Provenance provenance(RunEvaluation run) {
        return wire.awaitEvent(
                        ScoringStarted.class, event -> event.evaluationId().equals(run.evaluationId()))
                .provenance();
    }

    List<ExampleScore> scores(RunEvaluation run) {
        return wire.events(ExamplesScored.class)
                .filter(event -> event.evaluationId().equals(run.evaluationId()) && event.epoch() == run.epoch())
                .flatMap(event -> event.examples().stream())
                .sorted(Comparator.comparingInt(ExampleScore::index))
                .toList();
    }

    /// The log of an evaluation, progress apart.
    List<EvaluationEvent> entries(RunEvaluation run) {
        List<EvaluationEvent> entries = new ArrayList<>();
        wire.events(ScoringStarted.class).forEach(entries::add);
        wire.events(ExamplesScored.class).forEach(entries::add);
        wire.events(ScoringFailed.class).forEach(entries::add);
        wire.events(ScoringCompleted.class).forEach(entries::add);
        return entries.stream()
                .filter(entry -> entry.evaluationId().equals(run.evaluationId()))
                .toList();
    }
}
