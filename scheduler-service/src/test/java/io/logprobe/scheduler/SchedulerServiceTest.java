package io.logprobe.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.Topics;
import io.logprobe.contracts.command.RevokeEvaluation;
import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.evaluation.EvaluationConcluded;
import io.logprobe.contracts.evaluation.ExampleScore;
import io.logprobe.contracts.evaluation.ExamplesScored;
import io.logprobe.contracts.evaluation.LeaseGranted;
import io.logprobe.contracts.evaluation.ScoringCompleted;
import io.logprobe.contracts.evaluation.ScoringFailed;
import io.logprobe.contracts.evaluation.ScoringStarted;
import io.logprobe.contracts.evaluation.ScoringWork;
import io.logprobe.contracts.job.JobCancelled;
import io.logprobe.contracts.job.JobSubmitted;
import io.logprobe.contracts.job.JobSubmitted.RequestedEvaluation;
import io.logprobe.contracts.node.NodeHeartbeat;
import io.logprobe.contracts.node.NodeStopped;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.outcome.JobConcluded;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.IndexRange;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.Provenance;
import io.logprobe.contracts.spec.ScoringOptions;
import io.logprobe.messaging.testing.Wire;
import io.logprobe.scheduler.node.Nodes;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The service between a real broker and a real database; the test is every other service.
@QuarkusTest
@QuarkusTestResource(BrokerAndDatabase.class)
class SchedulerServiceTest {

    private static final int EXAMPLES = 4;
    /// Room for whatever other tests have left in the queue.
    private static final int SLOTS = 100;
    private static final Provenance CPU = new Provenance("0.1.0", "cpu", "float32", "a".repeat(64));
    private static final Provenance CUDA = new Provenance("0.1.0", "cuda", "float32", "a".repeat(64));

    @Inject
    Nodes nodes;

    Wire wire;

    private final String node = "node-" + UUID.randomUUID();
    private final UUID boot = UUID.randomUUID();
    private final List<UUID> submitted = new ArrayList<>();
    private UUID newestBoot = boot;
    private int heartbeats;

    /// A node that is not known to have stopped would be given the jobs of the next test.
    @AfterEach
    void leaveNoNode() {
        submitted.forEach(job -> wire.write(new JobCancelled(job, Instant.now())));
        wire.write(new NodeStopped(node, newestBoot));
        await().pollInSameThread().atMost(Wire.PATIENCE).until(() -> QuarkusTransaction.requiringNew()
                .call(() -> nodes.alive(Instant.now()))
                .isEmpty());
    }

    @Test
    void jobIsGrantedScoredCountedAndConcluded() {
        JobSubmitted job = submit(1);
        RunEvaluation run = awaitRun(job, 0, boot);

        score(run, CPU, 0, EXAMPLES - 1);
        complete(run);

        EvaluationCompleted completed = wire.awaitEvent(
                EvaluationCompleted.class, event -> event.jobId().equals(job.jobId()));
        assertThat(completed.metrics().accuracy().value()).isEqualTo(0.5);
        assertThat(completed.metrics().exampleCount()).isEqualTo(EXAMPLES);
        assertThat(completed.provenance()).isEqualTo(CPU);
        JobConcluded concluded =
                wire.awaitEvent(JobConcluded.class, event -> event.jobId().equals(job.jobId()));
        assertThat(concluded.evaluations()).singleElement().satisfies(result -> {
            assertThat(result.conclusion()).isEqualTo(Conclusion.COMPLETED);
            assertThat(result.metrics()).isEqualTo(completed.metrics());
        });
    }

    @Test
    void recordsDeliveredTwiceHaveOneEffect() {
        JobSubmitted job = submit(1);
        wire.write(job);
        RunEvaluation run = awaitRun(job, 0, boot);

        for (int delivery = 0; delivery < 2; delivery++) {
            score(run, CPU, 0, EXAMPLES - 1);
            complete(run);
        }

        wire.awaitEvent(JobConcluded.class, event -> event.jobId().equals(job.jobId()));
        JobSubmitted later = submit(1);
        awaitRun(later, 0, boot);
        assertThat(wire.events(JobConcluded.class).filter(event -> event.jobId().equals(job.jobId())))
                .hasSize(1);
        assertThat(wire.events(EvaluationCompleted.class)
                        .filter(event -> event.jobId().equals(job.jobId())))
                .hasSize(1);
    }

    @Test
    void nodeStartedAnewContinuesAfterTheExamplesThatAreDone() {
        JobSubmitted job = submit(1);
        RunEvaluation first = awaitRun(job, 0, boot);
        score(first, CPU, 0, 1);

        UUID secondBoot = UUID.randomUUID();
        RunEvaluation second = awaitRun(job, 0, secondBoot);

        assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
        assertThat(second.done()).containsExactly(new IndexRange(0, 1));
        assertThat(second.doneWith()).isEqualTo(CPU);
    }

    @Test
    void entriesOfAnEarlierEpochAreDropped() {
        JobSubmitted job = submit(1);
        RunEvaluation first = awaitRun(job, 0, boot);
        UUID secondBoot = UUID.randomUUID();
        RunEvaluation second = awaitRun(job, 0, secondBoot);

        score(first, CUDA, 0, EXAMPLES - 1);
        complete(first);
        score(second, CPU, 0, EXAMPLES - 1);
        complete(second);

        EvaluationCompleted completed = wire.awaitEvent(
                EvaluationCompleted.class, event -> event.jobId().equals(job.jobId()));
        assertThat(completed.provenance()).isEqualTo(CPU);
    }

    @Test
    void jobOutlivesMoreOrderlyStopsOfItsNodeThanItMayHaveFruitlessAttempts() {
        JobSubmitted job = submit(1);
        for (int start = 1; start <= 4; start++) {
            UUID startBoot = new UUID(boot.getMostSignificantBits(), start);
            assertThat(awaitRun(job, 0, startBoot).epoch()).isEqualTo(start);
            wire.write(new NodeStopped(node, startBoot));
        }

        RunEvaluation run = awaitRun(job, 0, boot);
        score(run, CPU, 0, EXAMPLES - 1);
        complete(run);

        wire.awaitEvent(EvaluationCompleted.class, event -> event.jobId().equals(job.jobId()));
    }

    @Test
    void resultsOfAnotherProvenanceAreDiscarded() {
        JobSubmitted job = submit(1);
        RunEvaluation first = awaitRun(job, 0, boot);
        score(first, CUDA, 0, 1);
        UUID secondBoot = UUID.randomUUID();
        RunEvaluation second = awaitRun(job, 0, secondBoot);

        score(second, CPU, 2, EXAMPLES - 1);
        complete(second);

        RunEvaluation third = awaitRun(job, 0, secondBoot, second.epoch() + 1);
        assertThat(third.done()).containsExactly(new IndexRange(2, EXAMPLES - 1));
    }

    @Test
    void invalidInputFailsOneEvaluationAndNotItsNeighbour() {
        JobSubmitted job = submit(2);
        RunEvaluation first = awaitRun(job, 0, boot);
        Failure failure = new Failure(FailureKind.INVALID_INPUT, "model.safetensors is truncated");

        wire.write(new ScoringFailed(first.evaluationId(), first.epoch(), failure));
        RunEvaluation second = awaitRun(job, 1, boot);
        score(second, CPU, 0, EXAMPLES - 1);
        complete(second);

        JobConcluded concluded =
                wire.awaitEvent(JobConcluded.class, event -> event.jobId().equals(job.jobId()));
        assertThat(concluded.evaluations())
                .extracting(JobConcluded.EvaluationResult::conclusion)
                .containsExactly(Conclusion.FAILED, Conclusion.COMPLETED);
        assertThat(concluded.evaluations().getFirst().failure()).isEqualTo(failure);
    }

    @Test
    void cancelledJobIsRevokedAndConcludedOnce() {
        JobSubmitted job = submit(2);
        RunEvaluation run = awaitRun(job, 0, boot);

        wire.write(new JobCancelled(job.jobId(), Instant.now()));

        RevokeEvaluation revoke = wire.awaitEvent(
                RevokeEvaluation.class, event -> event.evaluationId().equals(run.evaluationId()));
        assertThat(revoke.epoch()).isEqualTo(run.epoch());
        JobConcluded concluded =
                wire.awaitEvent(JobConcluded.class, event -> event.jobId().equals(job.jobId()));
        assertThat(concluded.evaluations())
                .extracting(JobConcluded.EvaluationResult::conclusion)
                .containsOnly(Conclusion.CANCELLED);
    }

    @Test
    void grantStandsInTheLogBeforeTheNodeIsCommanded() {
        JobSubmitted job = submit(1);
        RunEvaluation run = awaitRun(job, 0, boot);

        assertThat(wire.events(LeaseGranted.class))
                .contains(new LeaseGranted(run.evaluationId(), run.epoch(), node, boot));
    }

    @Test
    void unreadableRecordsGoToTheDeadLettersAndHoldNobodyUp() {
        byte[] poison = "{\"type\":\"JobSubmitted\",\"jobId\":".getBytes(StandardCharsets.UTF_8);
        String key = UUID.randomUUID().toString();
        wire.write(Topics.JOBS, key, poison);
        wire.write(Topics.JOBS, key, "{\"type\":\"JobOfTheFuture\"}".getBytes(StandardCharsets.UTF_8));

        JobSubmitted job = submit(1);

        awaitRun(job, 0, boot);
        await().pollInSameThread().atMost(Wire.PATIENCE).untilAsserted(() -> assertThat(
                        wire.records(Topics.deadLetterOf(Topics.JOBS)))
                .filteredOn(record -> key.equals(record.key()))
                .extracting(record -> record.value())
                .containsExactly(poison));
    }

    @Test
    void completionWithMissingExamplesIsNotBelieved() {
        JobSubmitted job = submit(1);
        RunEvaluation run = awaitRun(job, 0, boot);
        score(run, CPU, 0, 2);

        complete(run);

        RunEvaluation again = awaitRun(job, 0, boot, run.epoch() + 1);
        assertThat(again.done()).containsExactly(new IndexRange(0, 2));
        assertThat(wire.events(EvaluationConcluded.class)
                        .filter(event -> event.evaluationId().equals(run.evaluationId())))
                .isEmpty();
    }

    private JobSubmitted submit(int models) {
        String revision = "0123456789abcdef0123456789abcdef01234567";
        JobSubmitted job = new JobSubmitted(
                UUID.randomUUID(),
                Instant.now(),
                new DatasetRevision("owner/data", "default", "test", revision, "b".repeat(64), EXAMPLES),
                ScoringOptions.DEFAULT,
                IntStream.range(0, models)
                        .mapToObj(model -> new RequestedEvaluation(
                                UUID.randomUUID(),
                                new ModelRevision("owner/model-" + model, revision, null, "opt", 1000, 2000)))
                        .toList(),
                true,
                List.of("ada@example.org"));
        submitted.add(job.jobId());
        wire.write(job);
        return job;
    }

    /// Sends heartbeats of the node until one of the job's evaluations is given to this start of it.
    private RunEvaluation awaitRun(JobSubmitted job, int position, UUID bootId) {
        return awaitRun(job, position, bootId, 0);
    }

    /// Does so until that has happened in this epoch or a later one.
    private RunEvaluation awaitRun(JobSubmitted job, int position, UUID bootId, long epoch) {
        UUID evaluation = job.evaluations().get(position).evaluationId();
        newestBoot = bootId;
        return await().pollInSameThread()
                .atMost(Wire.PATIENCE)
                .until(
                        () -> {
                            wire.write(new NodeHeartbeat(
                                    node, bootId, heartbeats++, "cpu", 1L << 30, SLOTS, List.of(), List.of()));
                            return wire.events(RunEvaluation.class)
                                    .filter(run -> run.evaluationId().equals(evaluation)
                                            && run.bootId().equals(bootId)
                                            && run.epoch() >= epoch)
                                    .toList();
                        },
                        found -> !found.isEmpty())
                .getFirst();
    }

    private void score(RunEvaluation run, Provenance provenance, int first, int last) {
        wire.write(new ScoringStarted(run.evaluationId(), run.epoch(), node, provenance, EXAMPLES));
        wire.write(new ExamplesScored(
                run.evaluationId(),
                run.epoch(),
                first,
                IntStream.rangeClosed(first, last)
                        .mapToObj(index -> new ExampleScore(
                                index, List.of(-1.0, -2.0), List.of(1, 1), List.of(true, false), 0, index % 2, false))
                        .toList()));
    }

    private void complete(RunEvaluation run) {
        wire.write(new ScoringCompleted(
                run.evaluationId(), run.epoch(), EXAMPLES, new ScoringWork(EXAMPLES, 2 * EXAMPLES, 40, 0.1, 0.2, 0)));
    }
}
