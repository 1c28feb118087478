package io.logprobe.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.evaluation.ScoringFailed;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.engine.checkpoint.TinyGguf;
import io.logprobe.messaging.testing.Wire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the worker says of models and rows that cannot be used.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class UnusableInputTest {

    private static final String ROW = """
            {"text":"The nurse said that","classes":[" he"," she"],"target":1}
            """;

    @Inject
    NodeIdentity identity;

    @Inject
    WorkerConfig config;

    Wire wire;

    RowServer rows;

    ModelShelf models;

    private StubScheduler scheduler;

    @BeforeEach
    void commandThisStartOfTheWorker() {
        scheduler = new StubScheduler(wire, identity.bootId());
    }

    @Test
    void partOfAGgufFileThatIsNotThereIsTheUsersFault() {
        byte[] first = TinyGguf.q8InParts(2).getFirst();

        ScoringFailed failed = scheduler.failure(
                scheduler.run(models.putGguf("acme/torn", "a-00001-of-00002.gguf", first), rows.offer(ROW), 1));

        assertThat(failed.failure().kind()).isEqualTo(FailureKind.INVALID_INPUT);
        assertThat(failed.failure().message()).contains("acme/torn has no file a-00002-of-00002.gguf");
    }

    @Test
    void ggufFileThatIsNotThereIsTheUsersFault() {
        ModelRevision model = models.putGguf("acme/quantised", "tiny.gguf", TinyGguf.float32());
        ModelRevision absent = new ModelRevision(model.id(), model.revision(), "absent.gguf", "llama", 1, 1);

        ScoringFailed failed = scheduler.failure(scheduler.run(absent, rows.offer(ROW), 1));

        assertThat(failed.failure().kind()).isEqualTo(FailureKind.INVALID_INPUT);
        assertThat(failed.failure().message()).contains("acme/quantised has no file absent.gguf");
    }

    @Test
    void unknownModelIsTheUsersFault() {
        ScoringFailed failed = scheduler.failure(scheduler.run(ModelShelf.absent(), rows.offer(ROW), 1));

        assertThat(failed.failure().kind()).isEqualTo(FailureKind.INVALID_INPUT);
        assertThat(failed.failure().message()).contains("nobody/model");
    }

    @Test
    void truncatedWeightsAreNamedByFile() {
        ScoringFailed failed = scheduler.failure(scheduler.run(models.put("acme/truncated", 12), rows.offer(ROW), 1));

        assertThat(failed.failure().kind()).isEqualTo(FailureKind.INVALID_INPUT);
        assertThat(failed.failure().message())
                .startsWith("model.safetensors of model acme/truncated: ")
                .doesNotContain(config.cacheDirectory().toString());
    }

    @Test
    void rowsThatArriveDamagedAreTriedAgainLater() {
        ScoringFailed failed = scheduler.failure(scheduler.run(models.put("acme/tiny"), rows.offerDamaged(ROW), 1));

        assertThat(failed.failure().kind()).isEqualTo(FailureKind.UPSTREAM_UNAVAILABLE);
        assertThat(failed.failure().message()).contains("acme/rows", "SHA-256");
    }
}
