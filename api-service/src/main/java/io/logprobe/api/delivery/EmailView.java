package io.logprobe.api.delivery;

import io.logprobe.contracts.Failure;

/// The e-mail to one recipient.
///
/// @param recipient its address
/// @param state what became of it
/// @param messageId its Message-ID, null unless handed over
/// @param subject its subject, null unless sent
/// @param failure why it could not be sent, null unless failed
public record EmailView(String recipient, State state, String messageId, String subject, Failure failure) {

    /// What became of an e-mail.
    public enum State {
        PENDING,
        SENT,
        FAILED,
        /// The connection broke after the e-mail was handed over: nobody knows, and it is not sent again.
        UNKNOWN
    }
}
