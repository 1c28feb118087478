package io.logprobe.api.job;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.logprobe.api.StubHub;
import io.logprobe.api.Surroundings;
import io.logprobe.contracts.evaluation.ScoringFailed;
import io.logprobe.contracts.evaluation.ScoringProgressed;
import io.logprobe.messaging.testing.Wire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What becomes visible of an evaluation's log; the test is the scheduler and the worker that write it.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class EvaluationLogProjectionTest {

    StubHub hub;

    Wire wire;

    @Test
    void scoresAppearAsTheyAreLogged() {
        JobEvents job = JobEvents.ofAccepted(hub, wire);

        wire.write(job.granted(0, 1));
        wire.write(job.started(0, 1, JobEvents.CPU));
        wire.write(job.scored(0, 1, 0, 1));

        JsonPath view = JobClient.awaitView(job, evaluations -> assertThat(evaluations.getInt("evaluations[0].done"))
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
        JobEvents job = JobEvents.ofAccepted(hub, wire);
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
        JobEvents job = JobEvents.ofAccepted(hub, wire);

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
        JobEvents job = JobEvents.ofAccepted(hub, wire);
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
        JobEvents job = JobEvents.ofAccepted(hub, wire);
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
        JobEvents job = JobEvents.ofAccepted(hub, wire);
        wire.write(job.granted(0, 1));
        wire.write(job.started(0, 1, JobEvents.CUDA));
        wire.write(job.scored(0, 1, 0, 2));

        wire.write(job.granted(0, 2));
        wire.write(job.started(0, 2, JobEvents.CPU));
        wire.write(job.scored(0, 2, 3, 3));

        JobClient.awaitView(job, view -> {
            assertThat(view.getInt("evaluations[0].done")).isEqualTo(1);
            assertThat(view.getString("evaluations[0].provenance.backend")).isEqualTo("cpu (onednn)");
        });
        assertThat(examples(job, 0).getList("examples.index", Integer.class)).containsExactly(3);
    }

    @Test
    void failedAttemptWaitsAndSaysWhy() {
        JobEvents job = JobEvents.ofAccepted(hub, wire);
        wire.write(job.granted(0, 1));
        wire.write(new ScoringProgressed(job.evaluation(0), 1, 0, 0, "download"));
        JobClient.awaitView(
                job, view -> assertThat(view.getString("evaluations[0].phase")).isEqualTo("download"));

        wire.write(new ScoringFailed(job.evaluation(0), 1, JobEvents.REASON));

        JsonPath view = JobClient.awaitView(job, after -> assertThat(after.getString("evaluations[0].state"))
                .isEqualTo("QUEUED"));
        assertThat(view.getString("evaluations[0].phase")).contains("three attempts made no progress");
    }

    private void awaitDone(JobEvents job, int done) {
        JobClient.awaitView(
                job, view -> assertThat(view.getInt("evaluations[0].done")).isEqualTo(done));
    }

    private static JsonPath examples(JobEvents job, int position) {
        return get("/v1/evaluations/" + job.evaluation(position) + "/examples").jsonPath();
    }
}
