package io.logprobe.notifier.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.Event;
import io.logprobe.contracts.Topics;
import io.logprobe.contracts.delivery.DeliveryEvent;
import io.logprobe.contracts.delivery.EmailFailed;
import io.logprobe.contracts.delivery.EmailSent;
import io.logprobe.contracts.delivery.EmailUndecided;
import io.logprobe.contracts.delivery.PullRequestFailed;
import io.logprobe.contracts.delivery.PullRequestOpened;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.notifier.Outcomes;
import io.logprobe.notifier.surroundings.FaultySmtp;
import io.logprobe.notifier.surroundings.HubObserver;
import io.logprobe.notifier.surroundings.Surroundings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The notifier among real neighbours: outcomes in by Kafka, pull requests and e-mails out, deliveries back by Kafka.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class NotifierTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    @Inject
    ObjectMapper json;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private final UUID jobId = UUID.randomUUID();
    private final String model = "demo/model-" + jobId.toString().substring(0, 8);
    private final EvaluationCompleted evaluation = Outcomes.completed(jobId, UUID.randomUUID(), model);
    private KafkaProducer<String, byte[]> producer;
    private KafkaConsumer<String, String> deliveries;
    private final List<DeliveryEvent> delivered = new ArrayList<>();

    @BeforeEach
    void connect() {
        Surroundings.putModel(model, "---\nlicense: mit\n---\n# A model\n");
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), new ByteArraySerializer());
        deliveries = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "group.id",
                        "test-" + jobId,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        deliveries.subscribe(List.of(Topics.DELIVERIES));
    }

    @AfterEach
    void disconnect() throws Exception {
        producer.close();
        deliveries.close();
        Surroundings.hub().forget();
        Surroundings.mailServer().purgeEmailFromAllMailboxes();
    }

    @Test
    void opensPullRequestAndSendsEmailOnceHoweverOftenItIsTold() throws Exception {
        for (int time = 0; time < 3; time++) {
            publish(evaluation);
            publish(Outcomes.concluded(jobId, List.of("a@example.org", "b@example.org"), evaluation));
        }

        List<DeliveryEvent> events = awaitDeliveries(3);

        PullRequestOpened opened = only(events, PullRequestOpened.class);
        assertThat(opened.url()).isEqualTo(Surroundings.hub().uri() + "/" + model + "/discussions/1");
        JsonNode pullRequest = onlyPullRequest();
        assertThat(pullRequest.path("title").asText())
                .isEqualTo("Add zero-shot evaluation results on owner/pronouns (test)");
        assertThat(pullRequest.path("author").path("name").asText()).isEqualTo("evaluator");
        assertThat(pullRequest.path("diff").asText().lines().filter(line -> line.startsWith("-")))
                .containsExactly("--- a/README.md");
        assertThat(HubObserver.proposedCard(model, 1))
                .startsWith("---\nlicense: mit\nmodel-index:\n- name: " + model)
                .contains("value: 1.1590285866899648", "url: http://localhost:8080/jobs/" + jobId)
                .endsWith("---\n# A model\n");
        assertThat(mails()).hasSize(2).allSatisfy(mail -> {
            assertThat(mail.getSubject()).isEqualTo("Logprobe: 1 of 1 model evaluated on owner/pronouns");
            assertThat(text(mail)).contains(opened.url(), "0.3750 (0.3400 to 0.4100)");
        });
        assertThat(mails())
                .extracting(mail -> mail.getAllRecipients()[0].toString())
                .containsExactlyInAnyOrder("a@example.org", "b@example.org");
        assertThat(events.stream().filter(EmailSent.class::isInstance).map(event -> ((EmailSent) event).messageId()))
                .containsExactlyInAnyOrder(
                        mails().get(0).getMessageID(), mails().get(1).getMessageID());
    }

    @Test
    void adoptsPullRequestWhoseReplyWasLost() {
        Surroundings.hub().loseNextReply("POST", "create_pr=1");

        publish(evaluation);

        PullRequestOpened opened = only(awaitDeliveries(1), PullRequestOpened.class);
        assertThat(opened.number()).isEqualTo(1);
        onlyPullRequest();
        assertThat(Surroundings.hub().requests("POST", "create_pr=1")).hasSize(1);
    }

    @Test
    void adoptsPullRequestThatTheHubOpenedAndThenReportedAsAnError() {
        Surroundings.hub().spoilNextReply("POST", "create_pr=1", 500);

        publish(evaluation);

        assertThat(only(awaitDeliveries(1), PullRequestOpened.class).number()).isEqualTo(1);
        onlyPullRequest();
    }

    @Test
    void waitsAsLongAsTheHubAsks() {
        Surroundings.hub().refuseNext("POST", "create_pr=1", 429, Map.of("RateLimit", "\"api\";r=0;t=1"));
        long start = System.nanoTime();

        publish(evaluation);

        only(awaitDeliveries(1), PullRequestOpened.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
        onlyPullRequest();
    }

    @Test
    void triesAgainWhenTheHubIsUnwell() {
        Surroundings.hub().refuseNext("GET", "/discussions", 503, Map.of());
        Surroundings.hub().refuseNext("GET", "/api/models/" + model + "?", 500, Map.of());
        Surroundings.hub().refuseNext("GET", "/resolve/", 502, Map.of());
        Surroundings.hub().refuseNext("POST", "/api/validate-yaml", 504, Map.of());
        Surroundings.hub().refuseNext("POST", "create_pr=1", 409, Map.of());

        publish(evaluation);

        only(awaitDeliveries(1), PullRequestOpened.class);
        onlyPullRequest();
    }

    @Test
    void givesUpAtOnceWhereTheHubRefusesAndTellsSoInTheEmail() throws Exception {
        Surroundings.hub()
                .refuseNext("POST", "create_pr=1", 403, Map.of("X-Error-Message", "This token may not\topen any"));

        publish(evaluation);
        publish(Outcomes.concluded(jobId, List.of("a@example.org"), evaluation));

        List<DeliveryEvent> events = awaitDeliveries(2);
        assertThat(only(events, PullRequestFailed.class).failure().message())
                .isEqualTo(model + ": the Hub answered 403: This token may not open any");
        only(events, EmailSent.class);
        assertThat(text(mails().getFirst())).contains("no pull request: " + model + ": the Hub answered 403");
        assertThat(Surroundings.hub().requests("POST", "create_pr=1")).hasSize(1);
    }

    @Test
    void leavesCardAloneThatItDoesNotUnderstand() {
        Surroundings.putModel(model, "---\nlicense: [mit\n---\n");

        publish(evaluation);

        assertThat(only(awaitDeliveries(1), PullRequestFailed.class).failure().message())
                .startsWith(model + ": the model card was left alone");
        assertThat(HubObserver.pullRequests(model)).isEmpty();
    }

    @Test
    void closesDuplicatesOfItsOwnAndKeepsTheFirst() {
        String marker = "<!-- logprobe:" + evaluation.evaluationId() + " -->";
        for (int time = 0; time < 2; time++) {
            HubObserver.post(
                    "/api/models/" + model + "/discussions",
                    "{\"title\":\"Add zero-shot evaluation results on owner/pronouns (test)\",\"pullRequest\":true,"
                            + "\"description\":\"" + marker + "\"}",
                    "evaluator");
        }

        publish(evaluation);

        assertThat(only(awaitDeliveries(1), PullRequestOpened.class).number()).isEqualTo(1);
        assertThat(HubObserver.pullRequests(model))
                .extracting(pullRequest -> pullRequest.path("status").asText())
                .containsExactly("closed", "draft");
    }

    @Test
    void doesNotTakePullRequestOfAStrangerForItsOwn() {
        String marker = "<!-- logprobe:" + evaluation.evaluationId() + " -->";
        HubObserver.post(
                "/api/models/" + model + "/discussions",
                "{\"title\":\"Add zero-shot evaluation results on owner/pronouns (test)\",\"pullRequest\":true,"
                        + "\"description\":\"" + marker + "\"}",
                "stranger");

        publish(evaluation);

        assertThat(only(awaitDeliveries(1), PullRequestOpened.class).number()).isEqualTo(2);
    }

    @Test
    void severalPullRequestsOnOneModelAreOpenedOneAfterTheOther() {
        for (int i = 0; i < 5; i++) {
            publish(Outcomes.completed(
                    jobId,
                    UUID.randomUUID(),
                    model,
                    Outcomes.dataset("owner/set-" + i, "default", "test"),
                    Outcomes.METRICS));
        }

        List<DeliveryEvent> events = awaitDeliveries(5);

        assertThat(events)
                .extracting(event -> ((PullRequestOpened) event).number())
                .containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    }

    @Test
    void sendsAgainWhatTheMailServerPutOff() {
        Surroundings.smtp().failNext(FaultySmtp.Fault.PUT_OFF_RECIPIENT);

        publish(Outcomes.concluded(jobId, List.of("a@example.org"), evaluation));

        only(awaitDeliveries(1), EmailSent.class);
        assertThat(mails()).hasSize(1);
    }

    @Test
    void givesUpOnRecipientThatTheMailServerRefuses() {
        Surroundings.smtp().failNext(FaultySmtp.Fault.REFUSE_RECIPIENT);

        publish(Outcomes.concluded(jobId, List.of("a@example.org"), evaluation));

        assertThat(only(awaitDeliveries(1), EmailFailed.class).failure().message())
                .contains("550 no such user");
        assertThat(mails()).isEmpty();
    }

    @Test
    void neverResendsEmailThatTheMailServerMayHave() {
        Surroundings.smtp().failNext(FaultySmtp.Fault.CUT_BEFORE_CONFIRMATION);
        int before = Surroundings.smtp().conversations();

        publish(Outcomes.concluded(jobId, List.of("a@example.org"), evaluation));

        EmailUndecided undecided = only(awaitDeliveries(1), EmailUndecided.class);
        assertThat(mails()).hasSize(1).allSatisfy(mail -> assertThat(mail.getMessageID())
                .isEqualTo(undecided.messageId()));
        assertThat(Surroundings.smtp().conversations()).isEqualTo(before + 1);
    }

    @Test
    void whatTheMailServerConfirmedIsKnownThoughTheDatabaseWasAwayJustThen() {
        Surroundings.smtp().beforeNextConfirmation(Surroundings::breakDatabaseConnections);

        publish(Outcomes.concluded(jobId, List.of("a@example.org"), evaluation));

        only(awaitDeliveries(1), EmailSent.class);
        assertThat(mails()).hasSize(1);
    }

    @Test
    void refusesRecipientThatWouldEndAHeader() {
        int before = Surroundings.smtp().conversations();

        publish(Outcomes.concluded(jobId, List.of("a@example.org\r\nBcc: b@example.org"), evaluation));

        only(awaitDeliveries(1), EmailFailed.class);
        assertThat(Surroundings.smtp().conversations()).isEqualTo(before);
    }

    private void publish(Event event) {
        try {
            producer.send(new ProducerRecord<>(event.topic(), event.key(), json.writeValueAsBytes(event)))
                    .get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// The first `count` deliveries of this test's job; fails if more come.
    private List<DeliveryEvent> awaitDeliveries(int count) {
        await().atMost(LONG).until(() -> {
            poll(Duration.ofMillis(200));
            return delivered.size() >= count;
        });
        poll(Duration.ofMillis(300));
        assertThat(delivered).hasSize(count);
        return List.copyOf(delivered);
    }

    private void poll(Duration patience) {
        for (ConsumerRecord<String, String> record : deliveries.poll(patience)) {
            if (record.key().equals(jobId.toString())) {
                delivered.add(decode(record.value()));
            }
        }
    }

    private DeliveryEvent decode(String value) {
        try {
            return json.readValue(value, DeliveryEvent.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value, e);
        }
    }

    private static <T extends DeliveryEvent> T only(List<DeliveryEvent> events, Class<T> type) {
        List<T> found = events.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).as("%s among %s", type.getSimpleName(), events).hasSize(1);
        return found.getFirst();
    }

    private JsonNode onlyPullRequest() {
        List<JsonNode> found = HubObserver.pullRequests(model);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static List<MimeMessage> mails() {
        return Arrays.asList(Surroundings.mailServer().getReceivedMessages());
    }

    private static String text(MimeMessage mail) throws MessagingException, IOException {
        return new String(mail.getRawInputStream().readAllBytes(), StandardCharsets.UTF_8).replace("=\r\n", "");
    }
}
