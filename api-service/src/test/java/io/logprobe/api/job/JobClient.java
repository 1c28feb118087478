package io.logprobe.api.job;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.util.UUID;

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
}
