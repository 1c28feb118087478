package io.logprobe.scheduler.evaluation;

import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.ScoringOptions;
import java.util.UUID;

/// What is to be evaluated; fixed when the job is accepted.
public record EvaluationRequest(
        UUID evaluationId,
        UUID jobId,
        ModelRevision model,
        DatasetRevision dataset,
        ScoringOptions options,
        boolean publish) {}
