package io.logprobe.api.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.api.StubHub;
import io.logprobe.api.Surroundings;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.job.JobSubmitted;
import io.logprobe.messaging.testing.Wire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A job as server-sent events, read by a client that knows nothing but HTTP.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class JobStreamTest {

    @Inject
    ObjectMapper json;

    @TestHTTPResource
    URI service;

    StubHub hub;

    Wire wire;

    @BeforeEach
    void fillHub() {
        hub.model("acme/streamed");
        hub.dataset("acme/two", """
                {"text":"The janitor said that","classes":[" he"," she"],"target":0}
                {"text":"The nurse said that","classes":[" he"," she"],"target":0}
                """);
    }

    @Test
    void followsAJobToItsEndAndThenCloses() throws Exception {
        JobEvents job = submit();
        List<JsonNode> received = new CopyOnWriteArrayList<>();
        Thread reader = Thread.ofVirtual().start(() -> read(job.job().jobId(), received));
        awaitLast(received, "QUEUED");

        wire.write(job.granted(0, 1));
        awaitLast(received, "RUNNING");
        end(job);

        reader.join(Wire.PATIENCE);
        assertThat(reader.isAlive()).isFalse();
        JsonNode last = received.getLast();
        assertThat(last.path("state").asText()).isEqualTo("COMPLETED");
        assertThat(last.at("/evaluations/0/metrics/accuracy/value").asDouble()).isEqualTo(0.75);
        assertThat(last.at("/evaluations/0/pullRequest/state").asText()).isEqualTo("OPENED");
        assertThat(last.at("/emails/0/state").asText()).isEqualTo("SENT");
    }

    @Test
    void jobThatHasEndedIsOneEvent() {
        JobEvents job = submit();
        end(job);
        JobClient.awaitView(job, view -> {
            assertThat(view.getString("state")).isEqualTo("COMPLETED");
            assertThat(view.getString("concludedAt")).isNotNull();
            assertThat(view.getString("emails[0].state")).isEqualTo("SENT");
        });
        List<JsonNode> received = new CopyOnWriteArrayList<>();
        List<String> errors = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger("io.logprobe.api");
        Handler handler = new ErrorHandler(errors);
        logger.addHandler(handler);

        try {
            read(job.job().jobId(), received);

            assertThat(received).hasSize(1);
            await().during(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(errors).isEmpty());
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void unknownJobIsAProblem() throws Exception {
        HttpResponse<String> answer = request(UUID.randomUUID(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    }

    private JobEvents submit() {
        UUID id = JobClient.accepted(JobClient.submit("""
                {"dataset":{"id":"acme/two"},"models":["acme/streamed"],"publish":true,"emails":["ada@example.org"]}
                """));
        return new JobEvents(
                wire.awaitEvent(JobSubmitted.class, event -> event.jobId().equals(id)));
    }

    private void end(JobEvents job) {
        wire.write(job.closed(0));
        wire.write(job.completed(0));
        wire.write(job.concluded(Conclusion.COMPLETED));
        wire.write(job.opened(0, 1));
        wire.write(job.mailed());
    }

    private static void awaitLast(List<JsonNode> received, String state) {
        await().atMost(Wire.PATIENCE)
                .until(() -> !received.isEmpty()
                        && received.getLast().path("state").asText().equals(state));
    }

    /// Reads until the service closes the stream.
    private void read(UUID id, List<JsonNode> received) {
        try {
            HttpResponse<Stream<String>> answer = request(id, BodyHandlers.ofLines());
            assertThat(answer.statusCode()).isEqualTo(200);
            answer.body().filter(line -> line.startsWith("data:")).forEach(line -> received.add(parse(line)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode parse(String line) {
        try {
            return json.readTree(line.substring("data:".length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> HttpResponse<T> request(UUID id, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/v1/jobs/" + id + "/events"))
                .header("Accept", "text/event-stream")
                .timeout(Wire.PATIENCE)
                .build();
        return HttpClient.newHttpClient().send(request, body);
    }

    private static final class ErrorHandler extends Handler {

        private final List<String> errors;

        ErrorHandler(List<String> errors) {
            this.errors = errors;
        }

        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.SEVERE.intValue()) {
                errors.add(record.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
