package io.logprobe.notifier.outcome;

import static io.logprobe.notifier.outcome.NotifiedJob.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.delivery.EmailFailed;
import io.logprobe.contracts.delivery.EmailSent;
import io.logprobe.contracts.delivery.EmailUndecided;
import io.logprobe.notifier.Outcomes;
import io.logprobe.notifier.surroundings.FaultySmtp;
import io.logprobe.notifier.surroundings.Surroundings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/// E-mails by a mail server that misbehaves: none twice, and none lost without being told.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class EmailDeliveryTest {

    private final NotifiedJob job = new NotifiedJob();

    @Test
    void sendsAgainWhatTheMailServerPutOff() {
        Surroundings.smtp().failNext(FaultySmtp.Fault.PUT_OFF_RECIPIENT);

        job.publish(Outcomes.concluded(job.id(), List.of("a@example.org"), job.evaluation()));

        only(job.awaitDeliveries(1), EmailSent.class);
        assertThat(Surroundings.mails()).hasSize(1);
    }

    @Test
    void givesUpOnRecipientThatTheMailServerRefuses() {
        Surroundings.smtp().failNext(FaultySmtp.Fault.REFUSE_RECIPIENT);

        job.publish(Outcomes.concluded(job.id(), List.of("a@example.org"), job.evaluation()));

        assertThat(only(job.awaitDeliveries(1), EmailFailed.class).failure().message())
                .contains("550 no such user");
        assertThat(Surroundings.mails()).isEmpty();
    }

    @Test
    void neverResendsEmailThatTheMailServerMayHave() {
        Surroundings.smtp().failNext(FaultySmtp.Fault.CUT_BEFORE_CONFIRMATION);
        int before = Surroundings.smtp().conversations();

        job.publish(Outcomes.concluded(job.id(), List.of("a@example.org"), job.evaluation()));

        EmailUndecided undecided = only(job.awaitDeliveries(1), EmailUndecided.class);
        assertThat(Surroundings.mails()).hasSize(1).allSatisfy(mail -> assertThat(mail.getMessageID())
                .isEqualTo(undecided.messageId()));
        assertThat(Surroundings.smtp().conversations()).isEqualTo(before + 1);
    }

    @Test
    void whatTheMailServerConfirmedIsKnownThoughTheDatabaseWasAwayJustThen() {
        Surroundings.smtp().beforeNextConfirmation(Surroundings::breakDatabaseConnections);

        job.publish(Outcomes.concluded(job.id(), List.of("a@example.org"), job.evaluation()));

        only(job.awaitDeliveries(1), EmailSent.class);
        assertThat(Surroundings.mails()).hasSize(1);
    }

    @Test
    void refusesRecipientThatWouldEndAHeader() {
        int before = Surroundings.smtp().conversations();

        job.publish(Outcomes.concluded(job.id(), List.of("a@example.org\r\nBcc: b@example.org"), job.evaluation()));

        only(job.awaitDeliveries(1), EmailFailed.class);
        assertThat(Surroundings.smtp().conversations()).isEqualTo(before);
    }
}
