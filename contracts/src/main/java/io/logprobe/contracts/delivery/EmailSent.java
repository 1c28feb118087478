package io.logprobe.contracts.delivery;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// The mail server took the e-mail.
///
/// @param jobId the job
/// @param recipient address
/// @param messageId its Message-ID
/// @param subject its subject
@JsonTypeName("EmailSent")
public record EmailSent(UUID jobId, String recipient, String messageId, String subject) implements DeliveryEvent {

    public EmailSent {
        Require.present(jobId, "jobId");
        Require.text(recipient, "recipient");
        Require.text(messageId, "messageId");
        Require.text(subject, "subject");
    }

    @Override
    public String eventId() {
        return jobId + "/email/" + recipient;
    }
}
