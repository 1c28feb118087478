package io.logprobe.api.job;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.logprobe.api.StubHub;
import io.logprobe.api.Surroundings;
import io.logprobe.messaging.testing.Wire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Single examples of two evaluations that disagree.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class ExamplesTest {

    StubHub hub;

    Wire wire;

    private JobEvents job;

    @BeforeEach
    void scoreFourRowsWithTwoModels() {
        job = JobEvents.ofAccepted(hub, wire);
        int[][] predictions = {{0, 1, 1, 0}, {0, 0, 1, 0}};
        for (int position = 0; position < predictions.length; position++) {
            wire.write(job.granted(position, 1));
            wire.write(job.started(position, 1, JobEvents.CPU));
            wire.write(job.predicted(position, predictions[position]));
        }
        JobClient.awaitView(
                job, view -> assertThat(view.getList("evaluations.done")).isEqualTo(List.of(4, 4)));
    }

    @ParameterizedTest
    @CsvSource({"all, 0 1 2 3", "correct, 0 2", "wrong, 1 3"})
    void examplesAreFilteredByWhetherTheyAreRight(String filter, String indexes) {
        assertThat(indexes(accepted("filter=" + filter))).isEqualTo(indexes);
    }

    @Test
    void filteredExamplesComeInPages() {
        JsonPath first = accepted("filter=wrong&limit=1");
        JsonPath second = accepted("filter=wrong&limit=2&after=" + first.getInt("next"));

        assertThat(indexes(first)).isEqualTo("1");
        assertThat(indexes(second)).isEqualTo("3");
        assertThat(second.<Integer>get("next")).isNull();
    }

    @Test
    void rowsAreToldWhereTheyAreAskedFor() {
        JsonPath page = accepted("filter=wrong&rows=true");

        assertThat(page.<Map<String, Object>>getList("examples.row"))
                .containsExactly(
                        Map.of("text", "The nurse said that", "classes", List.of(" he", " she"), "target", 0),
                        Map.of("text", "The clerk said that", "classes", List.of(" he", " she"), "target", 1));
        assertThat(accepted("filter=wrong").<String, Object>getMap("examples[0]"))
                .doesNotContainKeys("row", "compared")
                .containsEntry("target", 0)
                .containsEntry("prediction", 1);
    }

    @Test
    void resultsOfAnotherEvaluationStandBesideThese() {
        JsonPath page = accepted("compare=" + job.evaluation(1));

        assertThat(page.getList("examples.prediction")).isEqualTo(List.of(0, 1, 1, 0));
        assertThat(page.getList("examples.compared.prediction")).isEqualTo(List.of(0, 0, 1, 0));
    }

    @Test
    void examplesOnWhichTwoEvaluationsDifferAreFound() {
        JsonPath page = accepted("filter=differing&compare=" + job.evaluation(1));

        assertThat(indexes(page)).isEqualTo("1");
        assertThat(page.getInt("examples[0].compared.prediction")).isEqualTo(0);
    }

    @ParameterizedTest
    @CsvSource({
        "filter=some, filter, is none of all",
        "rows=yes, rows, is neither true nor false",
        "filter=differing, compare, is missing",
        "compare=me, compare, is no id",
        "compare=00000000-0000-0000-0000-000000000000, compare, names no evaluation"
    })
    void parameterThatMeansNothingIsRefused(String query, String parameter, String message) {
        refused(query, parameter, message);
    }

    @Test
    void evaluationOfOtherRowsIsNotComparedWith() {
        String digest = JobClient.upload("acme/other", "test");
        UUID other = JobClient.accepted(
                JobClient.submit("{\"dataset\":{\"digest\":\"" + digest + "\"},\"models\":[\"acme/small\"]}"));

        refused(
                "compare=" + JobClient.job(other).getString("evaluations[0].id"),
                "compare",
                "evaluation of other rows");
    }

    @Test
    void parametersAreDescribed() {
        JsonPath openapi =
                get("/q/openapi?format=json").then().statusCode(200).extract().jsonPath();
        String path = "paths.'/v1/evaluations/{id}/examples'.get.parameters.find { it.name == '%s' }.schema.";

        assertThat(openapi.getList(path.formatted("filter") + "enum"))
                .isEqualTo(List.of("all", "correct", "wrong", "differing"));
        assertThat(openapi.getString(path.formatted("rows") + "type")).isEqualTo("boolean");
        assertThat(openapi.<String, Object>getMap("components.schemas.ExampleView.properties"))
                .containsKeys("index", "logprobs", "prediction", "row", "compared")
                .doesNotContainKey("score");
    }

    private JsonPath accepted(String query) {
        return examples(query).statusCode(200).extract().jsonPath();
    }

    private void refused(String query, String parameter, String message) {
        examples(query)
                .statusCode(422)
                .contentType("application/problem+json")
                .body("errors[0].field", equalTo(parameter))
                .body("errors[0].message", containsString(message));
    }

    private ValidatableResponse examples(String query) {
        return get("/v1/evaluations/" + job.evaluation(0) + "/examples?" + query)
                .then();
    }

    private static String indexes(JsonPath page) {
        return String.join(
                " ",
                page.getList("examples.index").stream().map(String::valueOf).toList());
    }
}
