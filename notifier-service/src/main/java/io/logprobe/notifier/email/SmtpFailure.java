package io.logprobe.notifier.email;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.notifier.ledger.Outcome;
import io.vertx.ext.mail.SMTPException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;

/// What a failure of the mail client says about the e-mail. A reply of the server with a code is a definite no;
/// a connection that never stood carried nothing; anything else leaves open whether the server has the e-mail.
final class SmtpFailure {

    private static final int PERMANENT = 500;

    private SmtpFailure() {}

    static Outcome classify(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SMTPException reply) {
                return reply.getReplyCode() >= PERMANENT
                        ? new Outcome.Refused(
                                new Failure(FailureKind.INVALID_INPUT, "the mail server refused: " + said(reply)))
                        : new Outcome.Unavailable(
                                unavailable("the mail server asks to come back: " + said(reply)), Optional.empty());
            }
            if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
                return new Outcome.Unavailable(unavailable("the mail server cannot be reached"), Optional.empty());
            }
        }
        return new Outcome.Unanswered(
                unavailable("the connection broke before the mail server confirmed"), Optional.empty());
    }

    private static Failure unavailable(String message) {
        return new Failure(FailureKind.UPSTREAM_UNAVAILABLE, message);
    }

    private static String said(SMTPException reply) {
        String line = String.valueOf(reply.getReplyMessage()).replaceAll("\\p{Cntrl}+", " ");
        return reply.getReplyCode() + " " + (line.length() > 200 ? line.substring(0, 200) + "…" : line);
    }
}
