package io.logprobe.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.command.RevokeEvaluation;
import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.evaluation.EvaluationEvent;
import io.logprobe.contracts.evaluation.ExampleScore;
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
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
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
    void everyExampleGetsTheNumbersOfTheEngine() {
        RunEvaluation run = scheduler.run(models.put("acme/tiny"), rows.offer(FOUR_ROWS), 1);

        wire.write(run);

        ScoringCompleted completed = scheduler.awaitCompleted(run);
        assertThat(completed.exampleCount()).isEqualTo(4);
        assertThat(completed.work().pairs()).isEqualTo(9);
        assertThat(scheduler.entries(run).getFirst()).isInstanceOf(ScoringStarted.class);
        assertThat(scheduler.entries(run).getLast()).isEqualTo(completed);
        List<ScoredExample> direct = scoredDirectly();
        List<ExampleScore> scores = scheduler.scores(run);
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
        RunEvaluation run = scheduler.run(model, rows.offer(FOUR_ROWS), 1);

        wire.write(run);

        assertThat(scheduler.awaitCompleted(run).exampleCount()).isEqualTo(4);
        List<ScoredExample> direct = scoredDirectly(Files.write(folder.resolve("direct.gguf"), content));
        assertThat(scheduler.scores(run))
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
        RunEvaluation run = scheduler.run(model, rows.offer(FOUR_ROWS), 1);

        wire.write(run);

        assertThat(scheduler.awaitCompleted(run).exampleCount()).isEqualTo(4);
        List<ScoredExample> direct = scoredDirectly(Files.write(folder.resolve("whole.gguf"), TinyGguf.q8()));
        assertThat(scheduler.scores(run))
                .extracting(ExampleScore::logprobs)
                .containsExactlyElementsOf(
                        direct.stream().map(ScoredExample::logprobs).toList());
        assertThat(cachedFiles("acme--split--" + model.revision()))
                .containsExactlyInAnyOrder(".complete", "tiny-00001-of-00002.gguf", "tiny-00002-of-00002.gguf");
    }

    @Test
    void attemptContinuesAfterTheExamplesThatAreDone() {
        ModelRevision model = models.put("acme/tiny");
        DatasetRevision dataset = rows.offer(FOUR_ROWS);
        RunEvaluation first = scheduler.run(model, dataset, 1);
        wire.write(first);
        scheduler.awaitCompleted(first);
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
                scheduler.provenance(first));

        wire.write(second);

        assertThat(scheduler.awaitCompleted(second).exampleCount()).isEqualTo(4);
        assertThat(scheduler.scores(second)).extracting(ExampleScore::index).containsExactly(2);
        assertThat(scheduler.scores(second).getFirst())
                .isEqualTo(scheduler.scores(first).get(2));
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

        scheduler.awaitCompleted(run);
        assertThat(scheduler.scores(run)).hasSize(4);
    }

    @Test
    void overlongTextIsTruncatedAndSaysSo() {
        String longText = "The nurse said that ".repeat(400);
        DatasetRevision dataset = rows.offer("""
                {"text":"%s","classes":[" he"," she"],"target":0}
                {"text":"The nurse said that","classes":[" he"," she"],"target":0}
                """.formatted(longText));
        RunEvaluation run = scheduler.run(models.put("acme/tiny"), dataset, 1);

        wire.write(run);

        scheduler.awaitCompleted(run);
        assertThat(scheduler.scores(run)).extracting(ExampleScore::truncated).containsExactly(true, false);
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
        RunEvaluation current = scheduler.run(model, dataset, 2);
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

        scheduler.awaitCompleted(current);
        RunEvaluation later = scheduler.run(model, dataset, 1);
        wire.write(later);
        scheduler.awaitCompleted(later);
        assertThat(scheduler.entries(ghost)).isEmpty();
        assertThat(scheduler.entries(current))
                .extracting(EvaluationEvent::epoch)
                .containsOnly(2L);
    }

    @Test
    void revokedAttemptLeavesNoTraceAndMakesRoomForTheNext() throws InterruptedException {
        ModelRevision model = models.put("acme/tiny");
        DatasetRevision slow = rows.offer("""
                {"text":"The farmer said that","classes":[" he"," she"],"target":0}
                """);
        rows.hold(slow);
        RunEvaluation revoked = scheduler.run(model, slow, 1);
        wire.write(revoked);
        rows.awaitAsked();

        wire.write(new RevokeEvaluation(Surroundings.NODE, revoked.evaluationId(), 1, "the job was cancelled"));
        RunEvaluation next = scheduler.run(model, rows.offer(FOUR_ROWS), 1);
        wire.write(next);

        scheduler.awaitCompleted(next);
        rows.release(slow);
        assertThat(scheduler.entries(revoked))
                .noneMatch(entry -> entry instanceof ScoringStarted || entry instanceof ScoringFailed);
    }

    @Test
    void heartbeatsNameTheNodeAndItsModels() {
        ModelRevision model = models.put("acme/warm");
        RunEvaluation run = scheduler.run(model, rows.offer(FOUR_ROWS), 1);
        wire.write(run);
        scheduler.awaitCompleted(run);

        NodeHeartbeat heartbeat = wire.awaitEvent(
                NodeHeartbeat.class,
                beat -> beat.cachedModels().contains("acme/warm@" + model.revision())
                        && beat.running().isEmpty());

        assertThat(heartbeat.nodeId()).isEqualTo(Surroundings.NODE);
        assertThat(heartbeat.bootId()).isEqualTo(identity.bootId());
        assertThat(heartbeat.memoryBytes()).isEqualTo(256 << 20);
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
