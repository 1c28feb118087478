package io.logprobe.scheduler.evaluation;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.outcome.EvaluationMetrics;

/// How one evaluation ended.
///
/// @param metrics its figures, null unless completed
/// @param failure why, null unless failed
public record EndedEvaluation(
        EvaluationRequest request, Conclusion conclusion, EvaluationMetrics metrics, Failure failure) {}
