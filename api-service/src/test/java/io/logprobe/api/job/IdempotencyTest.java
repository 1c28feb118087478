package io.logprobe.api.job;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.logprobe.api.StubHub;
import io.logprobe.api.Surroundings;
import io.logprobe.contracts.job.JobSubmitted;
import io.logprobe.messaging.testing.Wire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A submission that is sent again has one effect.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class IdempotencyTest {

    private static final String JOB = """
            {"dataset":{"id":"acme/rows"},"models":["acme/repeated"]}
            """;

    StubHub hub;

    Wire wire;

    private final String key = UUID.randomUUID().toString();

    @BeforeEach
    void fillHub() {
        hub.model("acme/repeated");
        hub.dataset("acme/rows", """
                {"text":"The janitor said that","classes":[" he"," she"],"target":0}
                """);
    }

    @Test
    void sameRequestGetsTheSameAnswerHoweverItIsWritten() {
        String first = JobClient.submit(JOB, key).statusCode(202).extract().asString();

        String second = JobClient.submit("""
                {"models": ["acme/repeated"], "publish": false, "dataset": {"id": "acme/rows"}, "emails": []}
                """, key).statusCode(202).extract().asString();

        assertThat(second).isEqualTo(first);
        UUID id = UUID.fromString(JobClient.submit(JOB, key).extract().path("id"));
        UUID other = JobClient.accepted(JobClient.submit(JOB));
        wire.awaitEvent(JobSubmitted.class, event -> event.jobId().equals(id));
        wire.awaitEvent(JobSubmitted.class, event -> event.jobId().equals(other));
        assertThat(wire.events(JobSubmitted.class).filter(event -> event.jobId().equals(id)))
                .hasSize(1);
    }

    @Test
    void otherRequestWithTheSameKeyIsRefused() {
        JobClient.accepted(JobClient.submit(JOB, key));

        JobClient.submit(JOB.replace("]}", "],\"publish\":true}"), key)
                .statusCode(422)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:logprobe:problem:idempotency-key-reused"))
                .body("errors[0].field", equalTo("Idempotency-Key"));
    }

    @Test
    void refusedRequestLeavesItsKeyFree() {
        JobClient.submit(JOB.replace("acme/repeated", "acme/absent"), key).statusCode(422);

        JobClient.accepted(JobClient.submit(JOB, key));
    }

    @Test
    void requestThatAnUpstreamFailedLeavesItsKeyFree() {
        hub.misbehave(any(urlPathMatching("/api/models/acme/repeated.*"))
                .willReturn(aResponse().withStatus(503)));
        try {
            JobClient.submit(JOB, key).statusCode(502).contentType("application/problem+json");
        } finally {
            hub.behave();
        }

        JobClient.accepted(JobClient.submit(JOB, key));
    }

    @Test
    void requestsAtTheSameTimeMakeOneJob() throws Exception {
        List<String> accepted;
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<String> submission = () -> {
                var response = JobClient.submit(JOB, key).extract();
                return response.statusCode() == 409 ? "conflict" : response.path("id");
            };
            List<Future<String>> answers = clients.invokeAll(
                    IntStream.range(0, 8).mapToObj(_ -> submission).toList());
            accepted = answers.stream()
                    .map(Future::resultNow)
                    .filter(answer -> !answer.equals("conflict"))
                    .distinct()
                    .toList();
        }

        assertThat(accepted).hasSize(1);
    }

    @Test
    void keyOfBlanksOrWithoutEndIsRefused() {
        JobClient.submit(JOB, "k".repeat(256))
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors[0].field", equalTo("Idempotency-Key"));
    }
}
