package io.logprobe.contracts.delivery;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// The connection broke after the e-mail was handed over and before the server confirmed: it may or may not
/// have been delivered, and is not sent again.
///
/// @param jobId the job
/// @param recipient address
/// @param messageId its Message-ID
@JsonTypeName("EmailUndecided")
public record EmailUndecided(UUID jobId, String recipient, String messageId) implements DeliveryEvent {

    public EmailUndecided {
        Require.present(jobId, "jobId");
        Require.text(recipient, "recipient");
        Require.text(messageId, "messageId");
    }

    @Override
    public String eventId() {
        return jobId + "/email-undecided/" + recipient;
    }
}
