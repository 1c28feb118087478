package io.logprobe.notifier.email;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.notifier.ledger.Outcome;
import io.vertx.ext.mail.SMTPException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpFailureTest {

    @ParameterizedTest
    @ValueSource(ints = {500, 535, 550, 554})
    void permanentReplyIsARefusal(int code) {
        assertThat(SmtpFailure.classify(reply(code))).isInstanceOf(Outcome.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {421, 450, 452})
    void transientReplyMeansLater(int code) {
        assertThat(SmtpFailure.classify(reply(code))).isInstanceOf(Outcome.Unavailable.class);
    }

    @Test
    void connectionThatNeverStoodCarriedNothing() {
        assertThat(SmtpFailure.classify(new CompletionException(new ConnectException("refused"))))
                .isInstanceOf(Outcome.Unavailable.class);
    }

    @Test
    void brokenConnectionAndSilenceLeaveItOpen() {
        assertThat(List.of(
                        SmtpFailure.classify(new IOException("reset")),
                        SmtpFailure.classify(new TimeoutException()),
                        SmtpFailure.classify(new IllegalStateException("closed"))))
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Unanswered.class));
    }

    private static Throwable reply(int code) {
        return new CompletionException(new SMTPException("", code, List.of(code + " no"), false));
    }
}
