package io.logprobe.api.evaluation;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.outcome.EvaluationMetrics;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.Provenance;
import java.util.UUID;

/// Where an evaluation stands.
///
/// @param id the evaluation
/// @param model what is evaluated
/// @param state where it is in its life
/// @param done examples scored
/// @param total examples of the dataset
/// @param phase what is being done now, null if nothing
/// @param fraction share of the work that is done, 0 to 1
/// @param attempt number of the current attempt, 0 before the first
/// @param metrics its figures, null unless completed
/// @param examplesPerSecond speed of the last attempt, null unless completed
/// @param provenance what computes it, null before it has begun
/// @param failure why it failed, null unless failed
public record EvaluationStatus(
        UUID id,
        ModelRevision model,
        EvaluationState state,
        int done,
        int total,
        String phase,
        double fraction,
        long attempt,
        EvaluationMetrics metrics,
        Double examplesPerSecond,
        Provenance provenance,
        Failure failure) {}
