package io.logprobe.scheduler.evaluation;

import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.outcome.EvaluationMetrics;
import io.logprobe.scheduler.evaluation.EvaluationState.Concluded;
import io.logprobe.scheduler.metrics.EvaluationMetricsAccumulator;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/// Computes figures from stored results, always from all of them.
@ApplicationScoped
class EvaluationResults {

    private final ExampleScoreRepository scores;

    EvaluationResults(ExampleScoreRepository scores) {
        this.scores = scores;
    }

    EvaluationMetrics metrics(UUID evaluationId) {
        EvaluationMetricsAccumulator accumulator = new EvaluationMetricsAccumulator();
        scores.forEach(evaluationId, accumulator::add);
        return accumulator.metrics();
    }

    EndedEvaluation ending(EvaluationEntity row) {
        Concluded concluded = (Concluded) row.state();
        return new EndedEvaluation(
                row.request(),
                concluded.conclusion(),
                concluded.conclusion() == Conclusion.COMPLETED ? metrics(row.id()) : null,
                concluded.failure());
    }
}
