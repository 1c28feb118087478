package io.logprobe.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.command.RevokeEvaluation;
import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.evaluation.EvaluationEvent;
import io.logprobe.contracts.evaluation.ExampleScore;
import io.logprobe.contracts.evaluation.ExamplesScored;
import io.logprobe.contracts.evaluation.ScoringCompleted;
import io.logprobe.contracts.evaluation.ScoringFailed;
import io.logprobe.contracts.evaluation.ScoringStarted;
import io.logprobe.contracts.node.NodeHeartbeat;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.IndexRange;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.Provenance;
import io.logprobe.contracts.spec.ScoringOptions;
import io.logprobe.engine.EngineOptions;
import io.logprobe.engine.JsonLines;
import io.logprobe.engine.ScoredExample;
import io.logprobe.engine.Scorer;
import io.logprobe.engine.checkpoint.TinyGguf;
import io.logprobe.messaging.testing.Wire;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The worker between a real broker and a real Hub; the test is the scheduler.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class WorkerServiceTest {

    private static final String FOUR_ROWS = """
            {"text":"The janitor said that","classes":[" he"," she"],"target":0}
            {"text":"The nurse said that","classes":[" he"," she"],"target":1}
            {"text":"","classes":["The","A nurse"],"target":1}
            {"text":"The clerk met the farmer because","classes":[" he"," she"," they"]}
            """;

    @Inject
    ObjectMapper json;

    @Inject
    NodeIdentity identity;

    @Inject
    WorkerConfig config;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    RowServer rows;

    ModelShelf models;

    private Wire wire;

    @BeforeEach
    void connect() {
        wire = new Wire(bootstrapServers, json);
    }

    @AfterEach
    void disconnect() {
        wire.close();
    }

    @Test
    void everyExampleGetsTheNumbersOfTheEngine() {
        RunEvaluation run = run(models.put("acme/tiny"), rows.offer(FOUR_ROWS), 1);

        wire.write(run);

        ScoringCompleted completed = awaitCompleted(run);
        assertThat(completed.exampleCount()).isEqualTo(4);
        assertThat(completed.work().pairs()).isEqualTo(9);
        assertThat(entries(run).getFirst()).isInstanceOf(ScoringStarted.class);
        assertThat(entries(run).getLast()).isEqualTo(completed);
        List<ScoredExample> direct = scoredDirectly();
        List<ExampleScore> scores = scores(run);
        assertThat(scores).extracting(ExampleScore::index).containsExactly(0, 1, 2, 3);
        for (ExampleScore score : scores) {
            assertThat(score.logprobs()).isEqualTo(direct.get(score.index()).logprobs());
            assertThat(score.target()).isEqualTo(direct.get(score.index()).target());
            assertThat(score.truncated()).isFalse();
        }
    }

    @Test
    void ggufFileIsFetchedAloneAndScoredAsTheEngineScoresIt(@TempDir Path folder) throws IOException {
        byte[] content = TinyGguf.q8();
        ModelRevision model = models.putGguf("acme/quantised", "q/tiny-Q8_0.gguf", content);
        RunEvaluation run = run(model, rows.offer(FOUR_ROWS), 1);

        wire.write(run);

        assertThat(awaitCompleted(run).exampleCount()).isEqualTo(4);
        List<ScoredExample> direct = scoredDirectly(Files.write(folder.resolve("direct.gguf"), content));
        assertThat(scores(run))
                .extracting(ExampleScore::logprobs)
                .containsExactlyElementsOf(
                        direct.stream().map(ScoredExample::logprobs).toList());
        NodeHeartbeat heartbeat =
                wire.awaitEvent(NodeHeartbeat.class, beat -> beat.cachedModels().contains(model.pinned()));
        assertThat(heartbeat.cachedModels()).contains("acme/quantised/q/tiny-Q8_0.gguf@" + model.revision());
        assertThat(cachedFiles("acme--quantised--" + model.revision()))
                .containsExactlyInAnyOrder(".complete", "tiny-Q8_0.gguf");
    }

    @Test
    void splitGgufFileIsScoredAsTheWholeOne(@TempDir Path folder) throws IOException {
        List<byte[]> parts = TinyGguf.q8InParts(2);
        models.putGguf("acme/split", "q/tiny-00002-of-00002.gguf", parts.getLast());
        ModelRevision model = models.putGguf("acme/split", "q/tiny-00001-of-00002.gguf", parts.getFirst());
        RunEvaluation run = run(model, rows.offer(FOUR_ROWS), 1);

        wire.write(run);

        assertThat(awaitCompleted(run).exampleCount()).isEqualTo(4);
        List<ScoredExample> direct = scoredDirectly(Files.write(folder.resolve("whole.gguf"), TinyGguf.q8()));
        assertThat(scores(run))
                .extracting(ExampleScore::logprobs)
                .containsExactlyElementsOf(
                        direct.stream().map(ScoredExample::logprobs).toList());
        assertThat(cachedFiles("acme--split--" + model.revision()))
                .containsExactlyInAnyOrder(".complete", "tiny-00001-of-00002.gguf", "tiny-00002-of-00002.gguf");
    }

    @Test
    void partOfAGgufFileThatIsNotThereIsTheUsersFault() {
        byte[] first = TinyGguf.q8InParts(2).getFirst();

        ScoringFailed failed =
                failure(run(models.putGguf("acme/torn", "a-00001-of-00002.gguf", first), rows.offer(FOUR_ROWS), 1));

        assertThat(failed.failure().kind()).isEqualTo(FailureKind.INVALID_INPUT);
        assertThat(failed.failure().message()).contains("acme/torn has no file a-00002-of-00002.gguf");
    }

    @Test
    void ggufFileThatIsNotThereIsTheUsersFault() {
        ModelRevision model = models.putGguf("acme/quantised", "tiny.gguf", TinyGguf.float32());
        ModelRevision absent = new ModelRevision(model.id(), model.revision(), "absent.gguf", "llama", 1, 1);

        ScoringFailed failed = failure(run(absent, rows.offer(FOUR_ROWS), 1));

        assertThat(failed.failure().kind()).isEqualTo(FailureKind.INVALID_INPUT);
        assertThat(failed.failure().message()).contains("acme/quantised has no file absent.gguf");
    }

    @Test
    void attemptContinuesAfterTheExamplesThatAreDone() {
        ModelRevision model = models.put("acme/tiny");
        DatasetRevision dataset = rows.offer(FOUR_ROWS);
        RunEvaluation first = run(model, dataset, 1);
        wire.write(first);
        awaitCompleted(first);
        RunEvaluation second = new RunEvaluation(
                first.nodeId(),
                first.bootId(),
                first.evaluationId(),
                first.jobId(),
                2,
                model,
                dataset,
                first.options(),
                List.of(new IndexRange(0, 1), new IndexRange(3, 3)),
                provenance(first));

        wire.write(second);

        assertThat(awaitCompleted(second).exampleCount()).isEqualTo(4);
        assertThat(scores(second)).extracting(ExampleScore::index).containsExactly(2);
        assertThat(scores(second).getFirst()).isEqualTo(scores(first).get(2));
    }

    @Test
    void resultsOfAnotherProvenanceAreScoredAnew() {
        ModelRevision model = models.put("acme/tiny");
        DatasetRevision dataset = rows.offer(FOUR_ROWS);
        RunEvaluation run = new RunEvaluation(
                Surroundings.NODE,
                identity.bootId(),
                UUID.randomUUID(),
                UUID.randomUUID(),
                1,
                model,
                dataset,
                ScoringOptions.DEFAULT,
                List.of(new IndexRange(0, 2)),
                new Provenance("0.0.1", "cuda", "float32", "a".repeat(64)));

        wire.write(run);

        awaitCompleted(run);
        assertThat(scores(run)).hasSize(4);
    }

    @Test
    void overlongTextIsTruncatedAndSaysSo() {
        String longText = "The nurse said that ".repeat(400);
        DatasetRevision dataset = rows.offer("""
                {"text":"%s","classes":[" he"," she"],"target":0}
                {"text":"The nurse said that","classes":[" he"," she"],"target":0}
                """.formatted(longText));
        RunEvaluation run = run(models.put("acme/tiny"), dataset, 1);

        wire.write(run);

        awaitCompleted(run);
        assertThat(scores(run)).extracting(ExampleScore::truncated).containsExactly(true, false);
    }

    @Test
    void unknownModelIsTheUsersFault() {
        ScoringFailed failed = failure(run(ModelShelf.absent(), rows.offer(FOUR_ROWS), 1));

        assertThat(failed.failure().kind()).isEqualTo(FailureKind.INVALID_INPUT);
        assertThat(failed.failure().message()).contains("nobody/model");
    }

    @Test
    void truncatedWeightsAreNamedByFile() {
        ScoringFailed failed = failure(run(models.put("acme/truncated", 12), rows.offer(FOUR_ROWS), 1));

        assertThat(failed.failure().kind()).isEqualTo(FailureKind.INVALID_INPUT);
        assertThat(failed.failure().message())
                .startsWith("model.safetensors of model acme/truncated: ")
                .doesNotContain(config.cacheDirectory().toString());
    }

    @Test
    void rowsThatArriveDamagedAreTriedAgainLater() {
        ScoringFailed failed = failure(run(models.put("acme/tiny"), rows.offerDamaged(FOUR_ROWS), 1));

        assertThat(failed.failure().kind()).isEqualTo(FailureKind.UPSTREAM_UNAVAILABLE);
        assertThat(failed.failure().message()).contains("acme/rows", "SHA-256");
    }

    @Test
    void commandsToAnotherStartOfTheNodeAndOfAnEarlierEpochAreIgnored() {
        ModelRevision model = models.put("acme/tiny");
        DatasetRevision dataset = rows.offer(FOUR_ROWS);
        RunEvaluation ghost = new RunEvaluation(
                Surroundings.NODE,
                UUID.randomUUID(),
                UUID.randomUUID(),
                UUID.randomUUID(),
                1,
                model,
                dataset,
                ScoringOptions.DEFAULT,
                List.of(),
                null);
        RunEvaluation current = run(model, dataset, 2);
        RunEvaluation earlier = new RunEvaluation(
                current.nodeId(),
                current.bootId(),
                current.evaluationId(),
                current.jobId(),
                1,
                model,
                dataset,
                current.options(),
                List.of(),
                null);

        wire.write(ghost);
        wire.write(current);
        wire.write(earlier);

        awaitCompleted(current);
        RunEvaluation later = run(model, dataset, 1);
        wire.write(later);
        awaitCompleted(later);
        assertThat(entries(ghost)).isEmpty();
        assertThat(entries(current)).extracting(EvaluationEvent::epoch).containsOnly(2L);
    }

    @Test
    void revokedAttemptLeavesNoTraceAndMakesRoomForTheNext() throws InterruptedException {
        ModelRevision model = models.put("acme/tiny");
        DatasetRevision slow = rows.offer("""
                {"text":"The farmer said that","classes":[" he"," she"],"target":0}
                """);
        rows.hold(slow);
        RunEvaluation revoked = run(model, slow, 1);
        wire.write(revoked);
        rows.awaitAsked();

        wire.write(new RevokeEvaluation(Surroundings.NODE, revoked.evaluationId(), 1, "the job was cancelled"));
        RunEvaluation next = run(model, rows.offer(FOUR_ROWS), 1);
        wire.write(next);

        awaitCompleted(next);
        rows.release(slow);
        assertThat(entries(revoked))
                .noneMatch(entry -> entry instanceof ScoringStarted || entry instanceof ScoringFailed);
    }

    @Test
    void heartbeatsNameTheNodeAndItsModels() {
        ModelRevision model = models.put("acme/warm");
        RunEvaluation run = run(model, rows.offer(FOUR_ROWS), 1);
        wire.write(run);
        awaitCompleted(run);

        NodeHeartbeat heartbeat = wire.awaitEvent(
                NodeHeartbeat.class,
                beat -> beat.cachedModels().contains("acme/warm@" + model.revision())
                        && beat.running().isEmpty());

        assertThat(heartbeat.nodeId()).isEqualTo(Surroundings.NODE);
        assertThat(heartbeat.bootId()).isEqualTo(identity.bootId());
        assertThat(heartbeat.memoryBytes()).isEqualTo(256 << 20);
    }

    private RunEvaluation run(ModelRevision model, DatasetRevision dataset, long epoch) {
        return new RunEvaluation(
                Surroundings.NODE,
                identity.bootId(),
                UUID.randomUUID(),
                UUID.randomUUID(),
                epoch,
                model,
                dataset,
                ScoringOptions.DEFAULT,
                List.of(),
                null);
    }

    private ScoringCompleted awaitCompleted(RunEvaluation run) {
        return wire.awaitEvent(
                ScoringCompleted.class,
                event -> event.evaluationId().equals(run.evaluationId()) && event.epoch() == run.epoch());
    }

    private ScoringFailed failure(RunEvaluation run) {
        wire.write(run);
        return wire.awaitEvent(
                ScoringFailed.class, event -> event.evaluationId().equals(run.evaluationId()));
    }

    private Provenance provenance(RunEvaluation run) {
        return wire.awaitEvent(
                        ScoringStarted.class, event -> event.evaluationId().equals(run.evaluationId()))
                .provenance();
    }

    private List<ExampleScore> scores(RunEvaluation run) {
        return wire.events(ExamplesScored.class)
                .filter(event -> event.evaluationId().equals(run.evaluationId()) && event.epoch() == run.epoch())
                .flatMap(event -> event.examples().stream())
                .sorted(Comparator.comparingInt(ExampleScore::index))
                .toList();
    }

    /// The log of an evaluation, progress apart, as far as it has been read.
    private List<EvaluationEvent> entries(RunEvaluation run) {
        List<EvaluationEvent> entries = new ArrayList<>();
        wire.events(ScoringStarted.class).forEach(entries::add);
        wire.events(ExamplesScored.class).forEach(entries::add);
        wire.events(ScoringFailed.class).forEach(entries::add);
        wire.events(ScoringCompleted.class).forEach(entries::add);
        return entries.stream()
                .filter(entry -> entry.evaluationId().equals(run.evaluationId()))
                .toList();
    }

    /// Names of the files that the cache holds of models whose folders begin like this.
    private List<String> cachedFiles(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(config.cacheDirectory().resolve("models"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getParent().getFileName().toString().startsWith(folder))
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
    }

    private static List<ScoredExample> scoredDirectly() {
        return scoredDirectly(ModelShelf.TINY);
    }

    private static List<ScoredExample> scoredDirectly(Path model) {
        List<ScoredExample> scored = new ArrayList<>();
        try (Scorer scorer = Scorer.open(model, EngineOptions.DEFAULT)) {
            scorer.score(
                    FOUR_ROWS.lines().map(line -> JsonLines.parse(line, "row")).toList(), scored::addAll);
        }
        return scored;
    }
}
