package io.logprobe.contracts.delivery;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// The figures of an evaluation stand in a pull request on the model's repository.
///
/// @param jobId the job
/// @param evaluationId the evaluation
/// @param number number of the pull request in that repository
/// @param url its page
@JsonTypeName("PullRequestOpened")
public record PullRequestOpened(UUID jobId, UUID evaluationId, int number, String url) implements DeliveryEvent {

    public PullRequestOpened {
        Require.present(jobId, "jobId");
        Require.present(evaluationId, "evaluationId");
        Require.positive(number, "number");
        Require.text(url, "url");
    }

    @Override
    public String eventId() {
        return evaluationId + "/pull-request";
    }
}
