package io.logprobe.scheduler.evaluation;

import java.util.UUID;

/// Fired within the transaction that concludes an evaluation.
public record EvaluationEnded(UUID jobId, UUID evaluationId) {}
