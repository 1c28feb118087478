package io.logprobe.notifier;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.outcome.Estimate;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.outcome.EvaluationMetrics;
import io.logprobe.contracts.outcome.JobConcluded;
import io.logprobe.contracts.outcome.JobConcluded.EvaluationResult;
import io.logprobe.contracts.spec.BosPolicy;
import io.logprobe.contracts.spec.ComputeType;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.Provenance;
import io.logprobe.contracts.spec.ScoringOptions;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/// Events that tests have in common.
public final class Outcomes {

    public static final DatasetRevision DATASET = dataset("owner/pronouns", "default", "test");
    public static final EvaluationMetrics METRICS = new EvaluationMetrics(
            792,
            new Estimate(0.375, 0.02, 0.34, 0.41),
            new Estimate(1.1590285866899648, 0.01, 1.14, 1.18),
            new Estimate(0.2, 0.01, 0.18, 0.22),
            3);

    private Outcomes() {}

    public static DatasetRevision dataset(String id, String config, String split) {
        return new DatasetRevision(id, config, split, "d".repeat(40), "e".repeat(64), 792);
    }

    public static EvaluationCompleted completed(UUID jobId, UUID evaluationId, String model) {
        return completed(jobId, evaluationId, model, DATASET, METRICS);
    }

    public static EvaluationCompleted completed(
            UUID jobId, UUID evaluationId, String model, DatasetRevision dataset, EvaluationMetrics metrics) {
        return completed(jobId, evaluationId, model(model), dataset, metrics);
    }

    public static EvaluationCompleted completed(UUID jobId, UUID evaluationId, ModelRevision model) {
        return completed(jobId, evaluationId, model, DATASET, METRICS);
    }

    private static EvaluationCompleted completed(
            UUID jobId, UUID evaluationId, ModelRevision model, DatasetRevision dataset, EvaluationMetrics metrics) {
        return new EvaluationCompleted(
                jobId,
                evaluationId,
                model,
                dataset,
                new ScoringOptions(ComputeType.BFLOAT16, BosPolicy.ALWAYS),
                new Provenance("0.1.0", "cpu/onednn", "bfloat16", "f".repeat(64)),
                metrics,
                10.0,
                true);
    }

    /// The end of a job whose evaluations all completed.
    public static JobConcluded concluded(UUID jobId, List<String> emails, EvaluationCompleted... evaluations) {
        return new JobConcluded(
                jobId,
                evaluations[0].dataset(),
                Arrays.stream(evaluations)
                        .map(evaluation -> new EvaluationResult(
                                evaluation.evaluationId(),
                                evaluation.model(),
                                Conclusion.COMPLETED,
                                evaluation.metrics(),
                                null))
                        .toList(),
                true,
                emails);
    }

    public static EvaluationResult failed(String model, String message) {
        return new EvaluationResult(
                UUID.randomUUID(),
                model(model),
                Conclusion.FAILED,
                null,
                new Failure(FailureKind.INVALID_INPUT, message));
    }

    public static ModelRevision gguf(String id, String file) {
        return new ModelRevision(id, "c".repeat(40), file, "llama", 125_000_000, 250_000_000);
    }

    public static ModelRevision model(String id) {
        return new ModelRevision(id, "c".repeat(40), null, "opt", 125_000_000, 250_000_000);
    }
}
