package io.logprobe.contracts;

import io.logprobe.contracts.command.RevokeEvaluation;
import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.delivery.EmailFailed;
import io.logprobe.contracts.delivery.EmailSent;
import io.logprobe.contracts.delivery.EmailUndecided;
import io.logprobe.contracts.delivery.PullRequestFailed;
import io.logprobe.contracts.delivery.PullRequestOpened;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.evaluation.EvaluationConcluded;
import io.logprobe.contracts.evaluation.ExampleScore;
import io.logprobe.contracts.evaluation.ExamplesScored;
import io.logprobe.contracts.evaluation.LeaseGranted;
import io.logprobe.contracts.evaluation.ScoringCompleted;
import io.logprobe.contracts.evaluation.ScoringFailed;
import io.logprobe.contracts.evaluation.ScoringProgressed;
import io.logprobe.contracts.evaluation.ScoringStarted;
import io.logprobe.contracts.evaluation.ScoringWork;
import io.logprobe.contracts.job.JobCancelled;
import io.logprobe.contracts.job.JobSubmitted;
import io.logprobe.contracts.node.HearingProbe;
import io.logprobe.contracts.node.NodeHeartbeat;
import io.logprobe.contracts.node.NodeStopped;
import io.logprobe.contracts.outcome.Estimate;
import io.logprobe.contracts.outcome.EvaluationCancelled;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.outcome.EvaluationFailed;
import io.logprobe.contracts.outcome.EvaluationMetrics;
import io.logprobe.contracts.outcome.JobConcluded;
import io.logprobe.contracts.spec.BosPolicy;
import io.logprobe.contracts.spec.ComputeType;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.IndexRange;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.Provenance;
import io.logprobe.contracts.spec.ScoringOptions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// One event of every type, as the newest golden sample of that type has it.
final class EventExamples {

    private static final UUID JOB = UUID.fromString("0192f0c1-0000-7000-8000-000000000001");
    private static final UUID EVALUATION = UUID.fromString("0192f0c1-0000-7000-8000-000000000002");
    private static final UUID BOOT = UUID.fromString("0192f0c1-0000-7000-8000-000000000003");
    private static final Instant TIME = Instant.parse("2026-11-01T12:00:00Z");

    private static final ModelRevision MODEL = new ModelRevision(
            "owner/llama-GGUF",
            "27dcfa74d334bc871f3234de431e71c6eeba5dd6",
            "llama-Q8_0.gguf",
            "llama",
            125_239_296,
            250_540_281);
    private static final DatasetRevision DATASET = new DatasetRevision(
            "logprobe-demo/pronouns",
            "default",
            "test",
            "89abcdef0123456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            400);
    private static final ScoringOptions OPTIONS = new ScoringOptions(ComputeType.BFLOAT16, BosPolicy.TOKENIZER);
    private static final Provenance PROVENANCE = new Provenance(
            "0.1.0", "cpu/onednn", "bfloat16", "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210");
    private static final EvaluationMetrics METRICS = new EvaluationMetrics(
            400,
            new Estimate(0.25, 0.0217, 0.2101, 0.2947),
            new Estimate(1.125, 0.0313, 1.0637, 1.1863),
            new Estimate(0.5, 0.0117, 0.4771, 0.5229),
            2);
    private static final Failure FAILURE =
            new Failure(FailureKind.INVALID_INPUT, "model.safetensors ends 12 bytes before tensor lm_head.weight does");

    private EventExamples() {}

    static List<Event> all() {
        return List.of(
                new JobSubmitted(
                        JOB,
                        TIME,
                        DATASET,
                        OPTIONS,
                        List.of(new JobSubmitted.RequestedEvaluation(EVALUATION, MODEL)),
                        true,
                        List.of("ada@example.org")),
                new JobCancelled(JOB, TIME),
                new RunEvaluation(
                        "node-1",
                        BOOT,
                        EVALUATION,
                        JOB,
                        2,
                        MODEL,
                        DATASET,
                        OPTIONS,
                        List.of(new IndexRange(0, 63), new IndexRange(128, 191)),
                        PROVENANCE),
                new RevokeEvaluation("node-1", EVALUATION, 2, "the job was cancelled"),
                new LeaseGranted(EVALUATION, 2, "node-1", BOOT),
                new ScoringStarted(EVALUATION, 2, "node-1", PROVENANCE, 400),
                new ExamplesScored(
                        EVALUATION,
                        2,
                        0,
                        List.of(new ExampleScore(
                                64, List.of(-12.5, -11.25), List.of(5, 5), List.of(false, true), 1, 0, false))),
                new ScoringProgressed(EVALUATION, 2, 3, 0.25, "layer 3 of 12"),
                new ScoringCompleted(EVALUATION, 2, 400, new ScoringWork(272, 544, 9_120, 0.5, 4.25, 1)),
                new ScoringFailed(EVALUATION, 2, FAILURE),
                new EvaluationConcluded(EVALUATION, 2, Conclusion.FAILED, FAILURE),
                new NodeHeartbeat(
                        "node-1",
                        BOOT,
                        17,
                        "cpu",
                        4L << 30,
                        1,
                        List.of(new NodeHeartbeat.Running(EVALUATION, 2)),
                        List.of("facebook/opt-125m@27dcfa74d334bc871f3234de431e71c6eeba5dd6")),
                new NodeStopped("node-1", BOOT),
                new HearingProbe("scheduler-service", BOOT, 4),
                new EvaluationCompleted(JOB, EVALUATION, MODEL, DATASET, OPTIONS, PROVENANCE, METRICS, 64.0, true),
                new EvaluationFailed(JOB, EVALUATION, MODEL, FAILURE),
                new EvaluationCancelled(JOB, EVALUATION, MODEL),
                new JobConcluded(
                        JOB,
                        DATASET,
                        List.of(new JobConcluded.EvaluationResult(
                                EVALUATION, MODEL, Conclusion.COMPLETED, METRICS, null)),
                        true,
                        List.of("ada@example.org")),
                new PullRequestOpened(JOB, EVALUATION, 3, "https://huggingface.co/facebook/opt-125m/discussions/3"),
                new PullRequestFailed(
                        JOB, EVALUATION, new Failure(FailureKind.INVALID_INPUT, "the token may not write discussions")),
                new EmailSent(JOB, "ada@example.org", "<0192f0c1@logprobe>", "Evaluation finished"),
                new EmailFailed(
                        JOB,
                        "ada@example.org",
                        new Failure(FailureKind.UPSTREAM_UNAVAILABLE, "the mail server refused the recipient")),
                new EmailUndecided(JOB, "ada@example.org", "<0192f0c1@logprobe>"));
    }
}
