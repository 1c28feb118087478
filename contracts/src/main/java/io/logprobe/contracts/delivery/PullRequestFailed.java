package io.logprobe.contracts.delivery;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Failure;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// The pull request of an evaluation could not be opened and is not tried again.
///
/// @param jobId the job
/// @param evaluationId the evaluation
/// @param failure why
@JsonTypeName("PullRequestFailed")
public record PullRequestFailed(UUID jobId, UUID evaluationId, Failure failure) implements DeliveryEvent {

    public PullRequestFailed {
        Require.present(jobId, "jobId");
        Require.present(evaluationId, "evaluationId");
        Require.present(failure, "failure");
    }

    @Override
    public String eventId() {
        return evaluationId + "/pull-request-failed";
    }
}
