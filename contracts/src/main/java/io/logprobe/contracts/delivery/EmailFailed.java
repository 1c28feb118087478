package io.logprobe.contracts.delivery;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Failure;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// The mail server refused the e-mail, or could not be reached for long.
///
/// @param jobId the job
/// @param recipient address
/// @param failure why
@JsonTypeName("EmailFailed")
public record EmailFailed(UUID jobId, String recipient, Failure failure) implements DeliveryEvent {

    public EmailFailed {
        Require.present(jobId, "jobId");
        Require.text(recipient, "recipient");
        Require.present(failure, "failure");
    }

    @Override
    public String eventId() {
        return jobId + "/email-failed/" + recipient;
    }
}
