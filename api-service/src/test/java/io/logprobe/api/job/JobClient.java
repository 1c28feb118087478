package io.logprobe.api.job;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.logprobe.messaging.testing.Wire;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
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

    /// Uploads one row that is always the same.
    ///
    /// @return its digest
    static String upload(String name, String split) {
        return given().contentType("application/x-ndjson")
                .queryParam("name", name)
                .queryParam("split", split)
                .body("{\"text\":\"The nurse said that\",\"classes\":[\" he\",\" she\"],\"target\":0}"
                        .getBytes(StandardCharsets.UTF_8))
                .post("/v1/datasets")
                .then()
                .statusCode(201)
                .extract()
                .path("digest");
    }

    static UUID accepted(ValidatableResponse response) {
        return UUID.fromString(response.statusCode(202).extract().path("id"));
    }

    static JsonPath job(UUID id) {
        return get("/v1/jobs/" + id).then().statusCode(200).extract().jsonPath();
    }

    /// The job as soon as it is as required.
    static JsonPath awaitView(JobEvents job, Consumer<JsonPath> requirement) {
        AtomicReference<JsonPath> view = new AtomicReference<>();
        await().atMost(Wire.PATIENCE)
                // So JsonPath says that there is no such number yet.
                .ignoreException(NullPointerException.class)
                .untilAsserted(() -> {
                    view.set(job(job.job().jobId()));
                    requirement.accept(view.get());
                });
        return view.get();
    }
}
