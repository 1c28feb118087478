package io.logprobe.api.job;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;

/// Submits jobs and looks at them as any client of the REST API does.
final class JobClient {

    private JobClient() {}

    static ValidatableResponse submit(String job) {
        return given().contentType(ContentType.JSON).body(job).post("/v1/jobs").then();
    }

    static ValidatableResponse submit(String job, String idempotencyKey) {
        return given().contentType(ContentType.JSON)
                .header("Idempotency-Key", idempotencyKey)
                .body(job)
                .post("/v1/jobs")
                .then();
    }

    static UUID accepted(ValidatableResponse response) {
        return UUID.fromString(response.statusCode(202).extract().path("id"));
    }

    static JsonPath job(UUID id) {
        return get("/v1/jobs/" + id).then().statusCode(200).extract().jsonPath();
    }

    /// The job as soon as it is as required.
    static JsonPath awaitView(JobEvents job, Consumer<JsonPath> requirement) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> requirement.accept(job(job.job().jobId())));
        return job(job.job().jobId());
    }
}
