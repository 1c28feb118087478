package io.logprobe.api.job;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.logprobe.api.SafetensorsFile;
import io.logprobe.api.StubHub;
import io.logprobe.api.Surroundings;
import io.logprobe.api.rows.TemporaryFiles;
import io.logprobe.engine.checkpoint.GgufBuilder;
import io.logprobe.engine.checkpoint.TinyGguf;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever a user can give wrong is refused by name, and nothing of it stays.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class BadInputTest {

    private static final List<String> TABLES =
            List.of("dataset", "dataset_chunk", "dataset_source", "job", "job_change", "evaluation", "idempotency_key");

    @Inject
    DataSource database;

    StubHub hub;

    private Map<String, Long> before;

    @BeforeEach
    void fillHub() throws SQLException {
        hub.model("acme/good");
        hub.dataset("acme/good", """
                {"text":"The janitor said that","classes":[" he"," she"],"target":0}
                """);
        before = rowsByTable();
    }

    @AfterEach
    void nothingIsLeftBehind() throws SQLException, IOException {
        hub.behave();
        assertThat(rowsByTable()).isEqualTo(before);
        assertThat(TemporaryFiles.present()).isEmpty();
    }

    @Test
    void unknownModelIsNamed() {
        refused(job("acme/good", "nobody/model"), "models[0]", containsString("nobody/model does not exist"));
    }

    @Test
    void renamedModelIsToldApartFromAnUnknownOne() {
        hub.misbehave(any(urlPathMatching("/api/models/acme/renamed/.*"))
                .willReturn(aResponse().withStatus(307).withHeader("Location", "/api/models/acme/good/revision/main")));

        refused(job("acme/good", "acme/renamed"), "models[0]", containsString("acme/renamed has another name on"));
    }

    @Test
    void unknownRevisionOfAModelIsNamed() {
        refused("""
                {"dataset":{"id":"acme/good"},"models":[{"id":"acme/good","revision":"v9"}]}
                """, "models[0]", containsString("v9"));
    }

    @Test
    void unknownDatasetIsNamed() {
        refused(job("nobody/rows", "acme/good"), "dataset", containsString("nobody/rows does not exist"));
    }

    @Test
    void unknownSplitIsNamedWithThoseThereAre() {
        refused("""
                {"dataset":{"id":"acme/good","split":"dev2"},"models":["acme/good"]}
                """, "dataset", equalTo("the dataset has no split 'dev2'; there are test"));
    }

    @Test
    void unknownDigestIsNamed() {
        refused("""
                {"dataset":{"digest":"%s"},"models":["acme/good"]}
                """.formatted("a".repeat(64)), "dataset", containsString("a".repeat(64)));
    }

    @Test
    void nameThatUploadedRowsDoNotHaveIsRefusedWithThoseTheyHave() throws SQLException {
        String digest = JobClient.upload("acme/known", "test");
        before = rowsByTable();

        refused("""
                {"dataset":{"digest":"%s","id":"acme/other"},"models":["acme/good"]}
                """.formatted(digest), "dataset", containsString("known as acme/known (test)"));
    }

    @Test
    void everythingWrongIsNamedAtOnce() {
        JobClient.submit(job("nobody/rows", "nobody/model", "acme/good"))
                .statusCode(422)
                .contentType("application/problem+json")
                .body("errors.field", hasItems("dataset", "models[0]"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"text":"a","classes":[" b"]}                | column 'target' is missing; there are text, classes
            {"text":"a","target":0}                      | column 'classes' is missing; there are text, target
            {"prompt":"a","classes":[" b"],"target":0}   | column 'text' is missing; there are prompt, classes, target
            {"text":"a","classes":[" b"," c"],"target":2}  | target 2 is no index into the 2 classes (0 to 1)
            {"text":"a","classes":[" b"," c"],"target":-1} | target -1 is no index into the 2 classes (0 to 1)
            {"text":"a","classes":[" b"],"target":"x"}   | target is no integer
            {"text":"a","classes":3,"target":0}          | classes is no list
            {"text":"a","classes":"b","target":0}        | classes is no list of strings
            {"text":"a","classes":[],"target":0}         | classes is an empty list
            {"text":"a","classes":[" b",1],"target":0}   | classes[1] is no string
            {"text":"a","classes":[" b",""],"target":0}  | classes[1] is empty
            {"text":7,"classes":[" b"],"target":0}       | text is no string
            """)
    void badRowIsNamedInAnUploadAndOnTheHub(String row, String offence) {
        String rows = """
                {"text":"fine","classes":[" b"," c"],"target":0}
                %s
                """.formatted(row);
        hub.dataset("acme/bad", rows);

        refused(upload(rows, "application/x-ndjson"), "body", equalTo("the upload row 2: " + offence));
        refused(job("acme/bad", "acme/good"), "dataset", equalTo("test.jsonl row 2: " + offence));
    }

    @Test
    void textThatIsNoJsonIsNamedByItsRow() {
        refused(
                upload("{\"text\":\"a\",\"classes\":[\"b\"],\"target\":0}\n{\"text\":", "application/x-ndjson"),
                "body",
                equalTo("the upload row 2 is no JSON: line 2, column 9: it ends within a value"));
    }

    @Test
    void uploadWithoutRowsIsRefused() {
        refused(upload("", "application/x-ndjson"), "body", equalTo("the upload has no rows"));
    }

    @Test
    void tableWithoutTheColumnIsRefused() {
        refused(
                upload("text,target\na,0\n", "text/csv"),
                "body",
                equalTo("the upload row 1: column 'classes' is missing; there are text, target"));
    }

    @Test
    void uploadWithoutANameIsRefused() {
        given().contentType("application/x-ndjson")
                .body(bytes("{}"))
                .post("/v1/datasets")
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("errors[0].field", equalTo("name"));
    }

    @Test
    void architectureThatIsNotThereIsNamed() {
        model(Map.of("config.json", bytes("{\"model_type\":\"mamba\"}")));

        refused(
                job("acme/good", "acme/bad"),
                "models[0]",
                containsString("config.json: models of type 'mamba' cannot be scored"));
    }

    @Test
    void truncatedWeightsAreNamedByFileAndTensor() {
        byte[] weights = SafetensorsFile.float32("layer.weight", 2, 3);
        model(Map.of("model.safetensors", Arrays.copyOf(weights, weights.length - 4)));

        refused(job("acme/good", "acme/bad"), "models[0]", containsString("model.safetensors"));
    }

    @Test
    void weightsThatEndWithinTheirHeaderAreNamedByFile() {
        model(Map.of("model.safetensors", Arrays.copyOf(SafetensorsFile.float32("layer.weight", 2, 3), 20)));

        refused(job("acme/good", "acme/bad"), "models[0]", containsString("model.safetensors"));
    }

    @Test
    void missingTokenizerIsNamed() {
        Map<String, byte[]> without = new HashMap<>();
        without.put("tokenizer.json", null);
        model(without);

        refused(job("acme/good", "acme/bad"), "models[0]", containsString("tokenizer.json"));
    }

    @Test
    void missingWeightsAreNamed() {
        Map<String, byte[]> without = new HashMap<>();
        without.put("model.safetensors", null);
        model(without);

        refused(job("acme/good", "acme/bad"), "models[0]", containsString("model.safetensors"));
    }

    @Test
    void oneOfSeveralGgufFilesHasToBeNamed() {
        hub.files("acme/many", Map.of("many-F32.gguf", TinyGguf.float32(), "many-Q8_0.gguf", TinyGguf.q8()));

        refused(
                job("acme/good", "acme/many"),
                "models[0]",
                equalTo("model acme/many has 2 GGUF files; name one as acme/many:QUANTISATION or acme/many/FILE:"
                        + " many-F32.gguf, many-Q8_0.gguf"));
        refused(job("acme/good", "acme/many:Q4_K_M"), "models[0]", containsString("it has many-F32.gguf, many-Q8_0"));
        refused(job("acme/good", "acme/many/few.gguf"), "models[0]", containsString("has no GGUF file few.gguf"));
    }

    @Test
    void sameGgufFileUnderTwoNamesIsRefused() {
        hub.files("acme/many", Map.of("many-F32.gguf", TinyGguf.float32(), "many-Q8_0.gguf", TinyGguf.q8()));

        refused(
                job("acme/good", "acme/many:Q8_0", "acme/many/many-Q8_0.gguf"),
                "models[1]",
                equalTo("is the same model as models[0]"));
    }

    @Test
    void splitGgufFileWhosePartsDoNotFitIsRefused() {
        List<byte[]> two = TinyGguf.q8InParts(2);
        List<byte[]> three = TinyGguf.q8InParts(3);
        hub.files("acme/missing", Map.of("a-00002-of-00002.gguf", two.getLast()));
        hub.files("acme/mixed", Map.of("a-00001-of-00002.gguf", two.getFirst(), "a-00002-of-00002.gguf", three.get(1)));
        hub.files("acme/short", Map.of("a-00001-of-00002.gguf", two.getFirst(), "a-00002-of-00002.gguf", rest()));

        refused(job("acme/good", "acme/missing"), "models[0]", containsString("has no a-00001-of-00002.gguf"));
        refused(job("acme/good", "acme/mixed"), "models[0]", containsString("a-00002-of-00002.gguf is part 2 of 3"));
        refused(job("acme/good", "acme/short"), "models[0]", containsString("but all parts have 5"));
    }

    private static byte[] rest() {
        return new GgufBuilder().part(1, 2, 11).build();
    }

    @Test
    void damagedGgufFileIsNamed() {
        hub.files("acme/damaged", Map.of("a.gguf", Arrays.copyOf(TinyGguf.float32(), 70_000)));

        refused(job("acme/good", "acme/damaged"), "models[0]", containsString("a.gguf is truncated"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"models":["acme/good"]}                                                     | dataset     | is missing
            {"dataset":{"id":"rows"},"models":["acme/good"]}                             | dataset.id  | is not of the form owner/name
            {"dataset":{"id":"acme/good"}}                                               | models      | names no model
            {"dataset":{"id":"acme/good"},"models":["good"]}                             | models[0].id | is not of the form owner/name, owner/name:QUANTISATION or owner/name/file.gguf
            {"dataset":{"id":"acme/good"},"models":["acme/good/model.bin"]}              | models[0].id | is not of the form owner/name, owner/name:QUANTISATION or owner/name/file.gguf
            {"dataset":{"id":"acme/good"},"models":["acme/good","acme/good"]}            | models[1]   | acme/good is the same as models[0]
            {"dataset":{"id":"acme/good"},"models":["acme/good"],"emails":["ada"]}       | emails[0]   | is no e-mail address
            {"dataset":{"id":"acme/good","revision":"../x"},"models":["acme/good"]}      | dataset.revision | is no name of a branch, tag or commit
            """)
    void badFieldOfAJobIsNamed(String job, String field, String message) {
        refused(job, field, equalTo(message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"dataset":{"id":"acme/good"},"models":["acme/good"],"publsh":true}              | publsh        | is no field of a job
            {"dataset":{"id":"acme/good"},"models":["acme/good"],"options":{"dtype":"int3"}} | options.dtype | is none of float32, bfloat16
            {"dataset":{"id":"acme/good"},"models":3}                                        | models        | is not of the type it should have
            """)
    void jobThatCannotBeReadIsRefusedByField(String job, String field, String message) {
        JobClient.submit(job)
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors[0].field", equalTo(field))
                .body("errors[0].message", equalTo(message));
    }

    @Test
    void bodyThatIsNoJsonIsRefused() {
        JobClient.submit("{\"dataset\":")
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", equalTo("the body is no JSON: line 1, column 12: it ends within a value"));
    }

    @Test
    void hubThatFailsIsNotTheUsersFault() {
        hub.misbehave(any(urlPathMatching("/api/datasets/acme/good.*"))
                .willReturn(aResponse().withStatus(500)));

        JobClient.submit(job("acme/good", "acme/good"))
                .statusCode(502)
                .contentType("application/problem+json")
                .body("kind", equalTo("UPSTREAM_UNAVAILABLE"))
                .body("errors[0].field", equalTo("dataset"));
    }

    private void model(Map<String, byte[]> replaced) {
        hub.model("acme/bad", replaced);
    }

    private static String job(String dataset, String... models) {
        return "{\"dataset\":{\"id\":\"" + dataset + "\"},\"models\":[\"" + String.join("\",\"", models) + "\"]}";
    }

    private static ValidatableResponse upload(String rows, String type) {
        return given().contentType(type)
                .queryParam("name", "acme/upload")
                .body(bytes(rows))
                .post("/v1/datasets")
                .then();
    }

    private static void refused(String job, String field, Matcher<String> message) {
        refused(JobClient.submit(job), field, message);
    }

    private static void refused(ValidatableResponse response, String field, Matcher<String> message) {
        response.statusCode(422)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:logprobe:problem:invalid-input"))
                .body("kind", equalTo("INVALID_INPUT"))
                .body("errors[0].field", equalTo(field))
                .body("errors[0].message", message);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, Long> rowsByTable() throws SQLException {
        Map<String, Long> counts = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                try (ResultSet rows = statement.executeQuery("select count(*) from " + table)) {
                    rows.next();
                    counts.put(table, rows.getLong(1));
                }
            }
        }
        return counts;
    }
}
