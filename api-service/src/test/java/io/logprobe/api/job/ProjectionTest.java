package io.logprobe.api.job;

import static io.restassured.RestAssured.delete;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.logprobe.api.StubHub;
import io.logprobe.api.Surroundings;
import io.logprobe.contracts.Topics;
import io.logprobe.contracts.delivery.EmailFailed;
import io.logprobe.contracts.delivery.EmailUndecided;
import io.logprobe.contracts.delivery.PullRequestFailed;
import io.logprobe.contracts.delivery.PullRequestOpened;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.job.JobCancelled;
import io.logprobe.contracts.outcome.EvaluationCancelled;
import io.logprobe.messaging.testing.Wire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The read side of jobs between a real broker and a real database; the test is every other service.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class ProjectionTest {

    StubHub hub;

    Wire wire;

    @Test
    void acceptedJobIsAnnouncedWithEverythingPinned() {
        JobEvents job = JobEvents.ofAccepted(hub, wire);

        JsonPath view = JobClient.job(job.job().jobId());
        assertThat(job.job().dataset().digest()).isEqualTo(view.getString("dataset.digest"));
        assertThat(job.job().dataset().exampleCount()).isEqualTo(4);
        assertThat(job.evaluation(0)).hasToString(view.getString("evaluations[0].id"));
        assertThat(job.job().evaluations().get(1).model().revision())
                .isEqualTo(view.getString("evaluations[1].model.revision"));
        assertThat(job.job().emails()).containsExactly("ada@example.org");
    }

    @Test
    void completedJobShowsFiguresPullRequestsAndEmails() {
        JobEvents job = JobEvents.ofAccepted(hub, wire);

        endEvaluations(job);
        wire.write(job.concluded(Conclusion.COMPLETED));
        wire.write(job.opened(0, 3));
        wire.write(job.opened(1, 7));
        wire.write(job.mailed());

        JsonPath view = JobClient.awaitView(job, after -> {
            assertThat(after.getString("evaluations[1].pullRequest.state")).isEqualTo("OPENED");
            assertThat(after.getString("emails[0].state")).isEqualTo("SENT");
            assertThat(after.getString("concludedAt")).isNotNull();
            assertThat(after.getString("state")).isEqualTo("COMPLETED");
        });
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
    void evaluationIsCompletedOnceTheResultsOfAllItsExamplesAreThere() {
        JobEvents job = JobEvents.ofAccepted(hub, wire);
        wire.write(job.granted(0, 1));
        wire.write(job.started(0, 1, JobEvents.CPU));
        wire.write(job.completed(0));
        JsonPath ahead = JobClient.awaitView(
                job, view -> assertThat(view.getString("evaluations[0].phase")).isEqualTo("counting results"));

        wire.write(job.scored(0, 1, 0, 3));
        wire.write(job.closed(0));

        JobClient.awaitView(
                job, view -> assertThat(view.getString("evaluations[0].state")).isEqualTo("COMPLETED"));
        assertThat(get("/v1/evaluations/" + job.evaluation(0) + "/examples.jsonl")
                        .asString()
                        .lines())
                .hasSize(4);
        assertThat(ahead.getString("evaluations[0].state")).isEqualTo("RUNNING");
        assertThat(ahead.<Object>get("evaluations[0].metrics")).isNull();
    }

    @Test
    void oneFailedEvaluationLeavesTheOther() {
        JobEvents job = JobEvents.ofAccepted(hub, wire);

        wire.write(job.failed(0));
        wire.write(job.closed(1));
        wire.write(job.completed(1));

        JsonPath view = JobClient.awaitView(
                job, after -> assertThat(after.getString("state")).isEqualTo("PARTIALLY_FAILED"));
        assertThat(view.getString("evaluations[0].failure.message")).isEqualTo("three attempts made no progress");
        assertThat(view.getString("evaluations[0].failure.kind")).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(view.getString("evaluations[0].pullRequest.state")).isEqualTo("NOT_REQUESTED");
        assertThat(view.getString("evaluations[1].pullRequest.state")).isEqualTo("PENDING");
    }

    @Test
    void deliveriesThatFailedSayWhy() {
        JobEvents job = JobEvents.ofAccepted(hub, wire);

        wire.write(new PullRequestFailed(job.job().jobId(), job.evaluation(0), JobEvents.REASON));
        wire.write(new EmailFailed(job.job().jobId(), "ada@example.org", JobEvents.REASON));

        JobClient.awaitView(job, view -> {
            assertThat(view.getString("evaluations[0].pullRequest.state")).isEqualTo("FAILED");
            assertThat(view.getString("evaluations[0].pullRequest.failure.message"))
                    .isEqualTo("three attempts made no progress");
            assertThat(view.getString("emails[0].state")).isEqualTo("FAILED");
        });
    }

    @Test
    void undecidedEmailIsShownAsUnknown() {
        JobEvents job = JobEvents.ofAccepted(hub, wire);

        wire.write(new EmailUndecided(job.job().jobId(), "ada@example.org", "<1@logprobe>"));

        JobClient.awaitView(
                job, view -> assertThat(view.getString("emails[0].state")).isEqualTo("UNKNOWN"));
    }

    @Test
    void cancelledJobIsAnnouncedOnceAndEndsCancelled() {
        JobEvents job = JobEvents.ofAccepted(hub, wire);
        UUID id = job.job().jobId();

        delete("/v1/jobs/" + id).then().statusCode(202).body("cancelRequested", equalTo(true));
        delete("/v1/jobs/" + id).then().statusCode(202);
        wire.awaitEvent(JobCancelled.class, event -> event.jobId().equals(id));
        wire.write(new EvaluationCancelled(
                id, job.evaluation(0), job.job().evaluations().get(0).model()));
        wire.write(new EvaluationCancelled(
                id, job.evaluation(1), job.job().evaluations().get(1).model()));
        wire.write(job.concluded(Conclusion.CANCELLED));

        JsonPath view = JobClient.awaitView(
                job, after -> assertThat(after.getString("concludedAt")).isNotNull());
        assertThat(view.getString("state")).isEqualTo("CANCELLED");
        assertThat(view.getString("evaluations[0].pullRequest.state")).isEqualTo("NOT_REQUESTED");
        assertThat(wire.events(JobCancelled.class).filter(event -> event.jobId().equals(id)))
                .hasSize(1);
    }

    @Test
    void jobThatHasEndedIsNotCancelled() {
        JobEvents job = JobEvents.ofAccepted(hub, wire);
        endEvaluations(job);
        wire.write(job.concluded(Conclusion.COMPLETED));
        JobClient.awaitView(job, view -> {
            assertThat(view.getString("state")).isEqualTo("COMPLETED");
            assertThat(view.getString("concludedAt")).isNotNull();
        });

        delete("/v1/jobs/" + job.job().jobId())
                .then()
                .statusCode(409)
                .contentType("application/problem+json")
                .body("detail", containsString("COMPLETED"));
    }

    @Test
    void recordsThatCannotBeUsedHoldNobodyUp() {
        JobEvents job = JobEvents.ofAccepted(hub, wire);
        byte[] poison = "{\"type\":\"ExamplesScored\",\"evaluationId\":".getBytes(StandardCharsets.UTF_8);
        String key = job.evaluation(0).toString();

        wire.write(Topics.EVALUATIONS, key, poison);
        wire.write(Topics.EVALUATIONS, key, "{\"type\":\"EntryOfTheFuture\"}".getBytes(StandardCharsets.UTF_8));
        wire.write(new PullRequestOpened(UUID.randomUUID(), UUID.randomUUID(), 1, "https://hub.example/1"));
        wire.write(job.granted(0, 1));
        wire.write(job.opened(0, 2));

        JobClient.awaitView(job, view -> {
            assertThat(view.getString("evaluations[0].state")).isEqualTo("RUNNING");
            assertThat(view.getInt("evaluations[0].pullRequest.number")).isEqualTo(2);
        });
        await().pollInSameThread().atMost(Wire.PATIENCE).untilAsserted(() -> assertThat(
                        wire.records(Topics.deadLetterOf(Topics.EVALUATIONS)))
                .filteredOn(record -> key.equals(record.key()))
                .extracting(record -> record.value())
                .containsExactly(poison));
    }

    @Test
    void jobsAreListedNewestFirstInPages() {
        UUID older = JobEvents.ofAccepted(hub, wire).job().jobId();
        UUID newer = JobEvents.ofAccepted(hub, wire).job().jobId();

        JsonPath page = get("/v1/jobs?limit=1").jsonPath();

        assertThat(page.getString("jobs[0].id")).isEqualTo(newer.toString());
        assertThat(get("/v1/jobs?limit=1&before=" + page.getString("next"))
                        .jsonPath()
                        .getString("jobs[0].id"))
                .isEqualTo(older.toString());
        get("/v1/jobs?limit=101").then().statusCode(422).body("errors[0].field", equalTo("limit"));
        get("/v1/jobs/" + UUID.randomUUID()).then().statusCode(404).contentType("application/problem+json");
    }

    @Test
    void listOfJobsIsSentAgainOnlyWhenItHasChanged() {
        JobEvents job = JobEvents.ofAccepted(hub, wire);
        String known = get("/v1/jobs?limit=1").then().statusCode(200).extract().header("ETag");

        String unchanged = given().header("If-None-Match", known)
                .get("/v1/jobs?limit=1")
                .then()
                .statusCode(304)
                .header("ETag", known)
                .header("Cache-Control", "no-cache")
                .extract()
                .asString();
        delete("/v1/jobs/" + job.job().jobId()).then().statusCode(202);

        assertThat(unchanged).isEmpty();
        given().header("If-None-Match", known)
                .get("/v1/jobs?limit=1")
                .then()
                .statusCode(200)
                .body("jobs[0].cancelRequested", equalTo(true));
    }

    private void endEvaluations(JobEvents job) {
        for (int position = 0; position < 2; position++) {
            wire.write(job.closed(position));
            wire.write(job.completed(position));
        }
    }
}
