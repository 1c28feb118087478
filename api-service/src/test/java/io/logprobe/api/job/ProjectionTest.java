package io.logprobe.api.job;

import static io.restassured.RestAssured.delete;
import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.api.StubHub;
import io.logprobe.api.Surroundings;
import io.logprobe.contracts.Topics;
import io.logprobe.contracts.delivery.EmailFailed;
import io.logprobe.contracts.delivery.EmailUndecided;
import io.logprobe.contracts.delivery.PullRequestFailed;
import io.logprobe.contracts.delivery.PullRequestOpened;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.evaluation.ScoringFailed;
import io.logprobe.contracts.evaluation.ScoringProgressed;
import io.logprobe.contracts.job.JobCancelled;
import io.logprobe.contracts.job.JobSubmitted;
import io.logprobe.contracts.outcome.EvaluationCancelled;
import io.logprobe.messaging.testing.Wire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The read side of jobs between a real broker and a real database; the test is every other service.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class ProjectionTest {

    private static final String FOUR_ROWS = """
            {"text":"The janitor said that","classes":[" he"," she"],"target":0}
            {"text":"The nurse said that","classes":[" he"," she"],"target":0}
            {"text":"The farmer said that","classes":[" he"," she"],"target":1}
            {"text":"The clerk said that","classes":[" he"," she"],"target":1}
            """;

    @Inject
    ObjectMapper json;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    StubHub hub;

    private Wire wire;

    @BeforeEach
    void connect() {
        wire = new Wire(bootstrapServers, json);
        hub.model("acme/small");
        hub.model("acme/large");
        hub.dataset("acme/four", FOUR_ROWS);
    }

    @AfterEach
    void disconnect() {
        wire.close();
    }

    @Test
    void acceptedJobIsAnnouncedWithEverythingPinned() {
        JobEvents job = submit();

        JsonPath view = JobClient.job(job.job().jobId());
        assertThat(job.job().dataset().digest()).isEqualTo(view.getString("dataset.digest"));
        assertThat(job.job().dataset().exampleCount()).isEqualTo(4);
        assertThat(job.evaluation(0)).hasToString(view.getString("evaluations[0].id"));
        assertThat(job.job().evaluations().get(1).model().revision())
                .isEqualTo(view.getString("evaluations[1].model.revision"));
        assertThat(job.job().emails()).containsExactly("ada@example.org");
    }

    @Test
    void scoresAppearAsTheyAreLogged() {
        JobEvents job = submit();

        wire.write(job.granted(0, 1));
        wire.write(job.started(0, 1, JobEvents.CPU));
        wire.write(job.scored(0, 1, 0, 1));

        JsonPath view = awaitView(job, evaluations -> assertThat(evaluations.getInt("evaluations[0].done"))
                .isEqualTo(2));
        assertThat(view.getString("state")).isEqualTo("RUNNING");
        assertThat(view.getString("evaluations[0].state")).isEqualTo("RUNNING");
        assertThat(view.getString("evaluations[0].phase")).isEqualTo("scoring");
        assertThat(view.getInt("evaluations[0].attempt")).isEqualTo(1);
        assertThat(view.getDouble("evaluations[0].fraction")).isEqualTo(0.5);
        assertThat(view.getString("evaluations[1].state")).isEqualTo("QUEUED");
        assertThat(examples(job, 0).getList("examples.index", Integer.class)).containsExactly(0, 1);
    }

    @Test
    void examplesComeInPagesAndAsLines() {
        JobEvents job = submit();
        wire.write(job.granted(0, 1));
        wire.write(job.started(0, 1, JobEvents.CPU));
        wire.write(job.scored(0, 1, 0, 3));
        awaitDone(job, 4);
        String path = "/v1/evaluations/" + job.evaluation(0);

        JsonPath first = get(path + "/examples?limit=3").jsonPath();
        JsonPath second =
                get(path + "/examples?limit=3&after=" + first.getInt("next")).jsonPath();

        assertThat(first.getList("examples.index", Integer.class)).containsExactly(0, 1, 2);
        assertThat(second.getList("examples.index", Integer.class)).containsExactly(3);
        assertThat(second.<Integer>get("next")).isNull();
        assertThat(get(path + "/examples.jsonl").asString().lines()).hasSize(4);
        get(path + "/examples?limit=0")
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("errors[0].field", equalTo("limit"));
        get("/v1/evaluations/" + UUID.randomUUID() + "/examples")
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
    }

    @Test
    void recordsDeliveredTwiceCountOnce() {
        JobEvents job = submit();

        for (int delivery = 0; delivery < 2; delivery++) {
            wire.write(job.granted(0, 1));
            wire.write(job.started(0, 1, JobEvents.CPU));
            wire.write(job.scored(0, 1, 0, 1));
        }
        wire.write(job.scored(0, 1, 1, 2));

        awaitDone(job, 3);
        assertThat(examples(job, 0).getList("examples.index", Integer.class)).containsExactly(0, 1, 2);
    }

    @Test
    void entriesOfAnEarlierEpochAreDropped() {
        JobEvents job = submit();
        wire.write(job.granted(0, 1));
        wire.write(job.started(0, 1, JobEvents.CPU));
        wire.write(job.granted(0, 2));

        wire.write(job.scored(0, 1, 0, 3));
        wire.write(job.started(0, 2, JobEvents.CPU));
        wire.write(job.scored(0, 2, 3, 3));

        awaitDone(job, 1);
        assertThat(examples(job, 0).getList("examples.index", Integer.class)).containsExactly(3);
    }

    @Test
    void nextAttemptKeepsWhatIsScored() {
        JobEvents job = submit();
        wire.write(job.granted(0, 1));
        wire.write(job.started(0, 1, JobEvents.CPU));
        wire.write(job.scored(0, 1, 0, 1));

        wire.write(job.granted(0, 2));
        wire.write(job.started(0, 2, JobEvents.CPU));
        wire.write(job.scored(0, 2, 1, 3));

        awaitDone(job, 4);
        JsonPath examples = examples(job, 0);
        assertThat(examples.getDouble("examples[1].logprobs[0]"))
                .as("the first result of example 1")
                .isEqualTo(-1);
        assertThat(examples.getDouble("examples[2].logprobs[0]"))
                .as("the only result of example 2")
                .isEqualTo(-2);
    }

    @Test
    void resultsOfAnotherProvenanceAreDiscarded() {
        JobEvents job = submit();
        wire.write(job.granted(0, 1));
        wire.write(job.started(0, 1, JobEvents.CUDA));
        wire.write(job.scored(0, 1, 0, 2));

        wire.write(job.granted(0, 2));
        wire.write(job.started(0, 2, JobEvents.CPU));
        wire.write(job.scored(0, 2, 3, 3));

        awaitView(job, view -> {
            assertThat(view.getInt("evaluations[0].done")).isEqualTo(1);
            assertThat(view.getString("evaluations[0].provenance.backend")).isEqualTo("cpu (onednn)");
        });
        assertThat(examples(job, 0).getList("examples.index", Integer.class)).containsExactly(3);
    }

    @Test
    void failedAttemptWaitsAndSaysWhy() {
        JobEvents job = submit();
        wire.write(job.granted(0, 1));
        wire.write(new ScoringProgressed(job.evaluation(0), 1, 0, 0, "download"));
        awaitView(
                job, view -> assertThat(view.getString("evaluations[0].phase")).isEqualTo("download"));

        wire.write(new ScoringFailed(job.evaluation(0), 1, JobEvents.REASON));

        JsonPath view = awaitView(job, after -> assertThat(after.getString("evaluations[0].state"))
                .isEqualTo("QUEUED"));
        assertThat(view.getString("evaluations[0].phase")).contains("three attempts made no progress");
    }

    @Test
    void completedJobShowsFiguresPullRequestsAndEmails() {
        JobEvents job = submit();

        wire.write(job.completed(0));
        wire.write(job.completed(1));
        wire.write(job.concluded(Conclusion.COMPLETED));
        wire.write(job.opened(0, 3));
        wire.write(job.opened(1, 7));
        wire.write(job.mailed());

        JsonPath view = awaitView(job, after -> {
            assertThat(after.getString("evaluations[1].pullRequest.state")).isEqualTo("OPENED");
            assertThat(after.getString("emails[0].state")).isEqualTo("SENT");
            assertThat(after.getString("concludedAt")).isNotNull();
        });
        assertThat(view.getString("state")).isEqualTo("COMPLETED");
        assertThat(view.getDouble("evaluations[0].metrics.accuracy.value")).isEqualTo(0.75);
        assertThat(view.getInt("evaluations[0].metrics.truncatedCount")).isEqualTo(1);
        assertThat(view.getDouble("evaluations[0].examplesPerSecond")).isEqualTo(64.5);
        assertThat(view.getDouble("evaluations[0].fraction")).isEqualTo(1);
        assertThat(view.getInt("evaluations[0].pullRequest.number")).isEqualTo(3);
        assertThat(view.getString("evaluations[0].pullRequest.url"))
                .isEqualTo("https://hub.example/acme/small/discussions/3");
        assertThat(view.getString("emails[0].subject")).isEqualTo("Evaluation finished");
    }

    @Test
    void oneFailedEvaluationLeavesTheOther() {
        JobEvents job = submit();

        wire.write(job.failed(0));
        wire.write(job.completed(1));

        JsonPath view =
                awaitView(job, after -> assertThat(after.getString("state")).isEqualTo("PARTIALLY_FAILED"));
        assertThat(view.getString("evaluations[0].failure.message")).isEqualTo("three attempts made no progress");
        assertThat(view.getString("evaluations[0].failure.kind")).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(view.getString("evaluations[0].pullRequest.state")).isEqualTo("NOT_REQUESTED");
        assertThat(view.getString("evaluations[1].pullRequest.state")).isEqualTo("PENDING");
    }

    @Test
    void deliveriesThatFailedSayWhy() {
        JobEvents job = submit();

        wire.write(new PullRequestFailed(job.job().jobId(), job.evaluation(0), JobEvents.REASON));
        wire.write(new EmailFailed(job.job().jobId(), "ada@example.org", JobEvents.REASON));

        awaitView(job, view -> {
            assertThat(view.getString("evaluations[0].pullRequest.state")).isEqualTo("FAILED");
            assertThat(view.getString("evaluations[0].pullRequest.failure.message"))
                    .isEqualTo("three attempts made no progress");
            assertThat(view.getString("emails[0].state")).isEqualTo("FAILED");
        });
    }

    @Test
    void undecidedEmailIsShownAsUnknown() {
        JobEvents job = submit();

        wire.write(new EmailUndecided(job.job().jobId(), "ada@example.org", "<1@logprobe>"));

        awaitView(job, view -> assertThat(view.getString("emails[0].state")).isEqualTo("UNKNOWN"));
    }

    @Test
    void cancelledJobIsAnnouncedOnceAndEndsCancelled() {
        JobEvents job = submit();
        UUID id = job.job().jobId();

        delete("/v1/jobs/" + id).then().statusCode(202).body("cancelRequested", equalTo(true));
        delete("/v1/jobs/" + id).then().statusCode(202);
        wire.awaitEvent(JobCancelled.class, event -> event.jobId().equals(id));
        wire.write(new EvaluationCancelled(
                id, job.evaluation(0), job.job().evaluations().get(0).model()));
        wire.write(new EvaluationCancelled(
                id, job.evaluation(1), job.job().evaluations().get(1).model()));
        wire.write(job.concluded(Conclusion.CANCELLED));

        JsonPath view = awaitView(
                job, after -> assertThat(after.getString("concludedAt")).isNotNull());
        assertThat(view.getString("state")).isEqualTo("CANCELLED");
        assertThat(view.getString("evaluations[0].pullRequest.state")).isEqualTo("NOT_REQUESTED");
        assertThat(wire.events(JobCancelled.class).filter(event -> event.jobId().equals(id)))
                .hasSize(1);
    }

    @Test
    void jobThatHasEndedIsNotCancelled() {
        JobEvents job = submit();
        wire.write(job.completed(0));
        wire.write(job.completed(1));
        wire.write(job.concluded(Conclusion.COMPLETED));
        awaitView(job, view -> assertThat(view.getString("concludedAt")).isNotNull());

        delete("/v1/jobs/" + job.job().jobId())
                .then()
                .statusCode(409)
                .contentType("application/problem+json")
                .body("detail", containsString("COMPLETED"));
    }

    @Test
    void recordsThatCannotBeUsedHoldNobodyUp() {
        JobEvents job = submit();
        byte[] poison = "{\"type\":\"ExamplesScored\",\"evaluationId\":".getBytes(StandardCharsets.UTF_8);
        String key = job.evaluation(0).toString();

        wire.write(Topics.EVALUATIONS, key, poison);
        wire.write(Topics.EVALUATIONS, key, "{\"type\":\"EntryOfTheFuture\"}".getBytes(StandardCharsets.UTF_8));
        wire.write(new PullRequestOpened(UUID.randomUUID(), UUID.randomUUID(), 1, "https://hub.example/1"));
        wire.write(job.granted(0, 1));
        wire.write(job.opened(0, 2));

        awaitView(job, view -> {
            assertThat(view.getString("evaluations[0].state")).isEqualTo("RUNNING");
            assertThat(view.getInt("evaluations[0].pullRequest.number")).isEqualTo(2);
        });
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(wire.records(Topics.deadLetterOf(Topics.EVALUATIONS)))
                        .extracting(record -> record.value())
                        .containsExactly(poison));
    }

    @Test
    void jobsAreListedNewestFirstInPages() {
        UUID older = submit().job().jobId();
        UUID newer = submit().job().jobId();

        JsonPath page = get("/v1/jobs?limit=1").jsonPath();

        assertThat(page.getString("jobs[0].id")).isEqualTo(newer.toString());
        assertThat(get("/v1/jobs?limit=1&before=" + page.getString("next"))
                        .jsonPath()
                        .getString("jobs[0].id"))
                .isEqualTo(older.toString());
        get("/v1/jobs?limit=101").then().statusCode(422).body("errors[0].field", equalTo("limit"));
        get("/v1/jobs/" + UUID.randomUUID()).then().statusCode(404).contentType("application/problem+json");
    }

    private JobEvents submit() {
        UUID id = JobClient.accepted(JobClient.submit("""
                {"dataset":{"id":"acme/four"},"models":["acme/small","acme/large"],"publish":true,
                 "emails":["ada@example.org"]}
                """));
        return new JobEvents(
                wire.awaitEvent(JobSubmitted.class, event -> event.jobId().equals(id)));
    }

    private void awaitDone(JobEvents job, int done) {
        awaitView(job, view -> assertThat(view.getInt("evaluations[0].done")).isEqualTo(done));
    }

    private static JsonPath awaitView(JobEvents job, Consumer<JsonPath> requirement) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> requirement.accept(JobClient.job(job.job().jobId())));
        return JobClient.job(job.job().jobId());
    }

    private static JsonPath examples(JobEvents job, int position) {
        return get("/v1/evaluations/" + job.evaluation(position) + "/examples").jsonPath();
    }
}
