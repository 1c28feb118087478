package io.logprobe.api.dataset;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.api.Surroundings;
import io.logprobe.api.rows.TemporaryFiles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class UploadTest {

    private static final String ROWS = """
            {"text":"The janitor said that","classes":[" he"," she"],"target":0}
            {"text":"","classes":["a","b","c"],"target":2}
            """;

    @Test
    void uploadedRowsAreReadBackByTheirDigest() {
        ValidatableResponse uploaded = upload();

        String digest = uploaded.statusCode(201).extract().path("digest");
        assertThat(get("/v1/datasets/" + digest + "/rows")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString())
                .isEqualTo(ROWS);
    }

    @Test
    void noFileIsLeftAfterAnUpload() throws IOException {
        upload().statusCode(201);

        assertThat(TemporaryFiles.present()).isEmpty();
    }

    @Test
    void noFileIsLeftAfterTheSameRowsCameAgain() throws IOException {
        upload().statusCode(201);

        upload().statusCode(201);

        assertThat(TemporaryFiles.present()).isEmpty();
    }

    private static ValidatableResponse upload() {
        return given().contentType("application/x-ndjson")
                .queryParam("name", "acme/uploaded")
                .body(ROWS.getBytes(StandardCharsets.UTF_8))
                .post("/v1/datasets")
                .then();
    }
}
