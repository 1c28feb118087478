package io.logprobe.contracts.job;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.ScoringOptions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A job was accepted: one dataset, one or many models, everything pinned to commits.
///
/// @param jobId identifies the job
/// @param submittedAt when it was accepted
/// @param dataset the rows to score
/// @param options how to score them
/// @param evaluations one per model, at least one
/// @param publish whether results are proposed as a pull request on each model's repository
/// @param emails who is told when the job has ended; may be empty
@JsonTypeName("JobSubmitted")
public record JobSubmitted(
        UUID jobId,
        Instant submittedAt,
        DatasetRevision dataset,
        ScoringOptions options,
        List<RequestedEvaluation> evaluations,
        boolean publish,
        List<String> emails)
        implements JobEvent {

    public JobSubmitted {
        Require.present(jobId, "jobId");
        Require.present(submittedAt, "submittedAt");
        Require.present(dataset, "dataset");
        Require.present(options, "options");
        evaluations = List.copyOf(Require.present(evaluations, "evaluations"));
        Require.positive(evaluations.size(), "number of evaluations of job " + jobId);
        emails = List.copyOf(Require.present(emails, "emails"));
    }

    /// One model of the job.
    ///
    /// @param evaluationId identifies the evaluation of this model within this job
    /// @param model the model
    public record RequestedEvaluation(UUID evaluationId, ModelRevision model) {

        public RequestedEvaluation {
            Require.present(evaluationId, "evaluationId");
            Require.present(model, "model");
        }
    }

    @Override
    public String eventId() {
        return jobId + "/submitted";
    }
}
