package io.logprobe.contracts.outcome;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Failure;
import io.logprobe.contracts.Require;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.ModelRevision;
import java.util.List;
import java.util.UUID;

/// Every evaluation of a job has ended, one way or another.
///
/// @param jobId the job
/// @param dataset the dataset of all its evaluations
/// @param evaluations how each ended, in the order they were submitted
/// @param publish whether pull requests were asked for
/// @param emails who is to be told
@JsonTypeName("JobConcluded")
public record JobConcluded(
        UUID jobId, DatasetRevision dataset, List<EvaluationResult> evaluations, boolean publish, List<String> emails)
        implements OutcomeEvent {

    public JobConcluded {
        Require.present(jobId, "jobId");
        Require.present(dataset, "dataset");
        evaluations = List.copyOf(Require.present(evaluations, "evaluations"));
        Require.positive(evaluations.size(), "number of evaluations of job " + jobId);
        emails = List.copyOf(Require.present(emails, "emails"));
    }

    /// How one evaluation of the job ended.
    ///
    /// @param evaluationId the evaluation
    /// @param model the model
    /// @param conclusion how it ended
    /// @param metrics its figures, null unless completed
    /// @param failure why it failed, null unless failed
    public record EvaluationResult(
            UUID evaluationId, ModelRevision model, Conclusion conclusion, EvaluationMetrics metrics, Failure failure) {

        public EvaluationResult {
            Require.present(evaluationId, "evaluationId");
            Require.present(model, "model");
            Require.present(conclusion, "conclusion");
            if ((conclusion == Conclusion.COMPLETED) != (metrics != null)
                    || (conclusion == Conclusion.FAILED) != (failure != null)) {
                throw new IllegalArgumentException("evaluation " + evaluationId + " is " + conclusion + " with metrics "
                        + metrics + " and failure " + failure);
            }
        }
    }

    @Override
    public String eventId() {
        return jobId + "/concluded";
    }
}
