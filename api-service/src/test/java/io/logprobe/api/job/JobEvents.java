package io.logprobe.api.job;

import io.logprobe.api.StubHub;
import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.delivery.EmailSent;
import io.logprobe.contracts.delivery.PullRequestOpened;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.evaluation.EvaluationConcluded;
import io.logprobe.contracts.evaluation.ExampleScore;
import io.logprobe.contracts.evaluation.ExamplesScored;
import io.logprobe.contracts.evaluation.LeaseGranted;
import io.logprobe.contracts.evaluation.ScoringStarted;
import io.logprobe.contracts.job.JobSubmitted;
import io.logprobe.contracts.outcome.Estimate;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.outcome.EvaluationFailed;
import io.logprobe.contracts.outcome.EvaluationMetrics;
import io.logprobe.contracts.outcome.JobConcluded;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.Provenance;
import io.logprobe.messaging.testing.Wire;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/// What the other services say about a job that was accepted.
///
/// @param job the job, as it was announced
record JobEvents(JobSubmitted job) {

    static final Provenance CPU = new Provenance("0.1.0", "cpu (onednn)", "float32", "a".repeat(64));
    static final Provenance CUDA = new Provenance("0.1.0", "cuda (h100)", "float32", "a".repeat(64));
    static final EvaluationMetrics METRICS = new EvaluationMetrics(
            4,
            new Estimate(0.75, 0.2165, 0.3006, 0.9544),
            new Estimate(0.625, 0.125, 0.38, 0.87),
            new Estimate(0.5, 0.0625, 0.3775, 0.6225),
            1);

    static final Failure REASON = new Failure(FailureKind.RESOURCE_EXHAUSTED, "three attempts made no progress");

    private static final String FOUR_ROWS = """
            {"text":"The janitor said that","classes":[" he"," she"],"target":0}
            {"text":"The nurse said that","classes":[" he"," she"],"target":0}
            {"text":"The farmer said that","classes":[" he"," she"],"target":1}
            {"text":"The clerk said that","classes":[" he"," she"],"target":1}
            """;
    private static final List<Integer> TARGETS = List.of(0, 0, 1, 1);
    private static final UUID BOOT = UUID.fromString("0192f0c1-0000-7000-8000-000000000003");

    /// Submits a job of two models on four rows, which is accepted.
    static JobEvents ofAccepted(StubHub hub, Wire wire) {
        hub.model("acme/small");
        hub.model("acme/large");
        hub.dataset("acme/four", FOUR_ROWS);
        UUID id = JobClient.accepted(JobClient.submit("""
                {"dataset":{"id":"acme/four"},"models":["acme/small","acme/large"],"publish":true,
                 "emails":["ada@example.org"]}
                """));
        return new JobEvents(
                wire.awaitEvent(JobSubmitted.class, event -> event.jobId().equals(id)));
    }

    UUID evaluation(int position) {
        return job.evaluations().get(position).evaluationId();
    }

    private ModelRevision model(int position) {
        return job.evaluations().get(position).model();
    }

    LeaseGranted granted(int position, long epoch) {
        return new LeaseGranted(evaluation(position), epoch, "node-1", BOOT);
    }

    ScoringStarted started(int position, long epoch, Provenance provenance) {
        return new ScoringStarted(
                evaluation(position), epoch, "node-1", provenance, job.dataset().exampleCount());
    }

    /// The examples `first` to `last`; what stands in their log-probabilities is the epoch.
    ExamplesScored scored(int position, long epoch, int first, int last) {
        return new ExamplesScored(
                evaluation(position),
                epoch,
                first,
                IntStream.rangeClosed(first, last)
                        .mapToObj(index -> new ExampleScore(
                                index,
                                List.of(-1.0 * epoch, -2.0 * epoch),
                                List.of(1, 1),
                                List.of(true, false),
                                0,
                                0,
                                false))
                        .toList());
    }

    /// One example after the other, with these predictions and the targets of the four rows.
    ExamplesScored predicted(int position, int... predictions) {
        return new ExamplesScored(
                evaluation(position),
                1,
                0,
                IntStream.range(0, predictions.length)
                        .mapToObj(index -> new ExampleScore(
                                index,
                                predictions[index] == 0 ? List.of(-1.0, -2.0) : List.of(-2.0, -1.0),
                                List.of(1, 1),
                                List.of(false, false),
                                predictions[index],
                                TARGETS.get(index),
                                false))
                        .toList());
    }

    /// The last entry of a log.
    EvaluationConcluded closed(int position) {
        return new EvaluationConcluded(evaluation(position), 1, Conclusion.COMPLETED, null);
    }

    EvaluationCompleted completed(int position) {
        return new EvaluationCompleted(
                job.jobId(),
                evaluation(position),
                model(position),
                job.dataset(),
                job.options(),
                CPU,
                METRICS,
                64.5,
                job.publish());
    }

    EvaluationFailed failed(int position) {
        return new EvaluationFailed(job.jobId(), evaluation(position), model(position), REASON);
    }

    /// The end of a job whose evaluations all ended like this.
    JobConcluded concluded(Conclusion conclusion) {
        return new JobConcluded(
                job.jobId(),
                job.dataset(),
                job.evaluations().stream()
                        .map(evaluation -> new JobConcluded.EvaluationResult(
                                evaluation.evaluationId(),
                                evaluation.model(),
                                conclusion,
                                conclusion == Conclusion.COMPLETED ? METRICS : null,
                                conclusion == Conclusion.FAILED ? REASON : null))
                        .toList(),
                job.publish(),
                job.emails());
    }

    PullRequestOpened opened(int position, int number) {
        return new PullRequestOpened(
                job.jobId(),
                evaluation(position),
                number,
                "https://hub.example/" + model(position).id() + "/discussions/" + number);
    }

    EmailSent mailed() {
        return new EmailSent(job.jobId(), job.emails().getFirst(), "<1@logprobe>", "Evaluation finished");
    }
}
