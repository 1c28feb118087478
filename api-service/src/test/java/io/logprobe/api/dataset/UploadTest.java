package io.logprobe.api.dataset;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.logprobe.api.Surroundings;
import io.logprobe.api.rows.TemporaryFiles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
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
    void whatIsKnownOfUploadedRowsIsToldByTheirDigest() {
        ValidatableResponse uploaded = upload();

        Map<String, Object> view = uploaded.statusCode(201).extract().jsonPath().getMap("$");
        assertThat(view)
                .containsEntry("id", "acme/uploaded")
                .containsEntry("split", "test")
                .containsEntry("revision", null)
                .containsEntry("exampleCount", 2)
                .containsEntry("classesPerExample", Map.of("min", 2, "max", 3))
                .containsEntry("columns", Map.of("text", "text", "classes", "classes", "target", "target"));
        assertThat(get("/v1/datasets/" + view.get("digest"))
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath()
                        .<String, Object>getMap("$"))
                .isEqualTo(view);
    }

    @Test
    void everyNameOfEqualRowsIsToldWithItsColumnsTheLastUsedFirst() {
        upload().statusCode(201);
        String renamed = ROWS.replace("\"text\"", "\"prompt\"");

        String digest = upload("acme/prompts", "prompt", renamed)
                .statusCode(201)
                .extract()
                .path("digest");

        JsonPath view =
                get("/v1/datasets/" + digest).then().statusCode(200).extract().jsonPath();
        assertThat(view.getList("names.id")).startsWith("acme/prompts").contains("acme/uploaded");
        assertThat(view.getString("names.find { it.id == 'acme/prompts' }.columns.text"))
                .isEqualTo("prompt");
        assertThat(view.getString("names.find { it.id == 'acme/uploaded' }.columns.text"))
                .isEqualTo("text");
        assertThat(view.getString("id")).isEqualTo("acme/prompts");
    }

    @Test
    void nothingIsKnownOfRowsThatNobodyUploaded() {
        get("/v1/datasets/" + "0".repeat(64)).then().statusCode(404).body("detail", containsString("0".repeat(64)));
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
        return upload("acme/uploaded", "text", ROWS);
    }

    private static ValidatableResponse upload(String name, String text, String rows) {
        return given().contentType("application/x-ndjson")
                .queryParam("name", name)
                .queryParam("text", text)
                .body(rows.getBytes(StandardCharsets.UTF_8))
                .post("/v1/datasets")
                .then();
    }
}
