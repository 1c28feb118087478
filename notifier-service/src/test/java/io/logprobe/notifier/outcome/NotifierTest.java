package io.logprobe.notifier.outcome;

import static io.logprobe.notifier.outcome.NotifiedJob.only;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.logprobe.contracts.delivery.DeliveryEvent;
import io.logprobe.contracts.delivery.EmailSent;
import io.logprobe.contracts.delivery.PullRequestFailed;
import io.logprobe.contracts.delivery.PullRequestOpened;
import io.logprobe.notifier.Outcomes;
import io.logprobe.notifier.surroundings.HubObserver;
import io.logprobe.notifier.surroundings.Surroundings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.mail.Header;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The notifier among real neighbours: outcomes in by Kafka, pull requests and e-mails out, deliveries back by Kafka.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class NotifierTest {

    private final NotifiedJob job = new NotifiedJob();

    @Test
    void opensPullRequestAndSendsEmailOnceHoweverOftenItIsTold() throws Exception {
        for (int time = 0; time < 3; time++) {
            job.publish(job.evaluation());
            job.publish(Outcomes.concluded(job.id(), List.of("a@example.org", "b@example.org"), job.evaluation()));
        }

        List<DeliveryEvent> events = job.awaitDeliveries(3);

        PullRequestOpened opened = only(events, PullRequestOpened.class);
        assertThat(opened.url()).isEqualTo(Surroundings.hub().uri() + "/" + job.model() + "/discussions/1");
        JsonNode pullRequest = HubObserver.onlyPullRequest(job.model());
        assertThat(pullRequest.path("title").asText())
                .isEqualTo("Add zero-shot evaluation results on owner/pronouns (test)");
        assertThat(pullRequest.path("author").path("name").asText()).isEqualTo("evaluator");
        assertThat(pullRequest.path("diff").asText().lines().filter(line -> line.startsWith("-")))
                .containsExactly("--- a/README.md");
        assertThat(HubObserver.proposedCard(job.model(), 1))
                .startsWith("---\nlicense: mit\nmodel-index:\n- name: " + job.model())
                .contains("value: 1.1590285866899648", "url: http://localhost:8080/jobs/" + job.id())
                .endsWith("---\n# A model\n");
        assertThat(Surroundings.mails()).hasSize(2).allSatisfy(mail -> {
            assertThat(mail.getSubject()).isEqualTo("Logprobe: 1 of 1 model evaluated on owner/pronouns");
            assertThat(Surroundings.text(mail)).contains(opened.url(), "0.3750 (0.3400 to 0.4100)");
        });
        assertThat(Surroundings.mails())
                .extracting(mail -> mail.getAllRecipients()[0].toString())
                .containsExactlyInAnyOrder("a@example.org", "b@example.org");
        assertThat(events.stream().filter(EmailSent.class::isInstance).map(event -> ((EmailSent) event).messageId()))
                .containsExactlyInAnyOrder(
                        Surroundings.mails().get(0).getMessageID(),
                        Surroundings.mails().get(1).getMessageID());
    }

    @Test
    void emailHasNoHeaderWithoutContent() throws Exception {
        job.publish(Outcomes.concluded(job.id(), List.of("a@example.org"), job.evaluation()));

        only(job.awaitDeliveries(1), EmailSent.class);
        List<Header> headers = Collections.list(Surroundings.mails().getFirst().getAllHeaders());
        assertThat(headers).extracting(Header::getName).contains("From", "To", "Subject", "Message-ID", "Date");
        assertThat(headers).filteredOn(header -> header.getValue().isBlank()).isEmpty();
    }

    @Test
    void givesUpAtOnceWhereTheHubRefusesAndTellsSoInTheEmail() throws Exception {
        Surroundings.hub()
                .refuseNext("POST", "create_pr=1", 403, Map.of("X-Error-Message", "This token may not\topen any"));

        job.publish(job.evaluation());
        job.publish(Outcomes.concluded(job.id(), List.of("a@example.org"), job.evaluation()));

        List<DeliveryEvent> events = job.awaitDeliveries(2);
        assertThat(only(events, PullRequestFailed.class).failure().message())
                .isEqualTo(job.model() + ": the Hub answered 403: This token may not open any");
        only(events, EmailSent.class);
        assertThat(Surroundings.text(Surroundings.mails().getFirst()))
                .contains("no pull request: " + job.model() + ": the Hub answered 403");
        assertThat(Surroundings.hub().requests("POST", "create_pr=1")).hasSize(1);
    }
}
