package io.logprobe.api.job;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import io.logprobe.api.StubHub;
import io.logprobe.api.Surroundings;
import io.logprobe.engine.checkpoint.TinyGguf;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class SubmissionTest {

    private static final String ROWS = """
            {"text":"The janitor reprimanded the accountant because","classes":[" he"," she"],"target":0}
            {"text":"","classes":["a","b","c"],"target":2}
            """;

    StubHub hub;

    @BeforeEach
    void fillHub() {
        hub.model("acme/opt-tiny");
        hub.dataset("acme/pronouns", ROWS);
    }

    @Test
    void acceptsAndPinsEverything() {
        JobClient.submit("""
                {"dataset":{"id":"acme/pronouns"},"models":["acme/opt-tiny"],"publish":true,"emails":["ada@example.org"]}
                """)
                .statusCode(202)
                .header("Location", matchesPattern(".*/v1/jobs/[0-9a-f-]{36}"))
                .body("state", equalTo("QUEUED"))
                .body("dataset.id", equalTo("acme/pronouns"))
                .body("dataset.config", equalTo("default"))
                .body("dataset.split", equalTo("test"))
                .body("dataset.revision", matchesPattern("[0-9a-f]{40}"))
                .body("dataset.digest", matchesPattern("[0-9a-f]{64}"))
                .body("dataset.exampleCount", equalTo(2))
                .body("options.dtype", equalTo("float32"))
                .body("options.bos", equalTo("tokenizer"))
                .body("evaluations", hasSize(1))
                .body("evaluations[0].state", equalTo("QUEUED"))
                .body("evaluations[0].total", equalTo(2))
                .body("evaluations[0].metrics", nullValue())
                .body("evaluations[0].model.id", equalTo("acme/opt-tiny"))
                .body("evaluations[0].model.revision", matchesPattern("[0-9a-f]{40}"))
                .body("evaluations[0].model.file", nullValue())
                .body("evaluations[0].model.architecture", equalTo("opt"))
                .body("evaluations[0].model.parameterCount", equalTo(6))
                .body("evaluations[0].pullRequest.state", equalTo("PENDING"))
                .body("emails[0].recipient", equalTo("ada@example.org"))
                .body("emails[0].state", equalTo("PENDING"));
    }

    @Test
    void uploadedRowsAreMeantByTheNameThatIsGivenWithTheirDigest() {
        String digest = JobClient.upload("acme/first", "dev");
        JobClient.upload("acme/second", "test");

        JobClient.submit("""
                {"dataset":{"digest":"%s","id":"acme/first","split":"dev"},"models":["acme/opt-tiny"]}
                """.formatted(digest))
                .statusCode(202)
                .body("dataset.digest", equalTo(digest))
                .body("dataset.id", equalTo("acme/first"))
                .body("dataset.split", equalTo("dev"))
                .body("dataset.revision", nullValue());
    }

    @Test
    void repositoryOfOneGgufFileIsTakenAsItIs() {
        hub.files("acme/one", Map.of("one.gguf", TinyGguf.float32()));

        JobClient.submit("""
                {"dataset":{"id":"acme/pronouns"},"models":["acme/one"]}
                """)
                .statusCode(202)
                .body("evaluations[0].model.id", equalTo("acme/one"))
                .body("evaluations[0].model.file", equalTo("one.gguf"))
                .body("evaluations[0].model.architecture", equalTo("llama"))
                .body("evaluations[0].model.parameterCount", equalTo((int) TinyGguf.PARAMETERS))
                .body("evaluations[0].model.weightBytes", equalTo(TinyGguf.float32().length));
    }

    @Test
    void splitGgufFileIsOneModelOfAllItsParts() {
        List<byte[]> parts = TinyGguf.q8InParts(2);
        hub.files(
                "acme/split",
                Map.of(
                        "q/split-Q8_0-00001-of-00002.gguf", parts.getFirst(),
                        "q/split-Q8_0-00002-of-00002.gguf", parts.getLast(),
                        "split-F32.gguf", TinyGguf.float32()));

        JobClient.submit("""
                {"dataset":{"id":"acme/pronouns"},"models":["acme/split:Q8_0"]}
                """)
                .statusCode(202)
                .body("evaluations[0].model.file", equalTo("q/split-Q8_0-00001-of-00002.gguf"))
                .body("evaluations[0].model.architecture", equalTo("llama"))
                .body("evaluations[0].model.parameterCount", equalTo((int) TinyGguf.PARAMETERS))
                .body("evaluations[0].model.weightBytes", equalTo(parts.getFirst().length + parts.getLast().length));
    }

    @Test
    void quantisationsOfOneRepositoryAreTwoModels() {
        hub.files("acme/two", Map.of("two-F32.gguf", TinyGguf.float32(), "q/two-Q8_0.gguf", TinyGguf.q8()));

        JobClient.submit("""
                {"dataset":{"id":"acme/pronouns"},"models":["acme/two:f32","acme/two/q/two-Q8_0.gguf"]}
                """)
                .statusCode(202)
                .body("evaluations.model.id", contains("acme/two", "acme/two"))
                .body("evaluations.model.file", contains("two-F32.gguf", "q/two-Q8_0.gguf"));
    }
}
