package io.logprobe.api.job;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import io.logprobe.api.delivery.Deliveries;
import io.logprobe.api.delivery.EmailView;
import io.logprobe.api.delivery.PullRequestView;
import io.logprobe.api.evaluation.EvaluationStatus;
import io.logprobe.api.evaluation.Evaluations;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Jobs as clients see them, put together from what is known of their parts.
@ApplicationScoped
class Jobs {

    private final JobRepository jobs;
    private final Evaluations evaluations;
    private final Deliveries deliveries;

    Jobs(JobRepository jobs, Evaluations evaluations, Deliveries deliveries) {
        this.jobs = jobs;
        this.evaluations = evaluations;
        this.deliveries = deliveries;
    }

    @Transactional
    Optional<JobView> find(UUID id) {
        return jobs.findByIdOptional(id).map(job -> views(List.of(job)).getFirst());
    }

    /// The newest jobs, or those submitted before the job `before`, newest first.
    @Transactional
    List<JobView> list(int limit, Optional<UUID> before) {
        return views(before.flatMap(jobs::findByIdOptional)
                .map(job -> jobs.before(job, limit))
                .orElseGet(() -> jobs.newest(limit)));
    }

    private List<JobView> views(List<JobEntity> found) {
        List<UUID> ids = found.stream().map(JobEntity::id).toList();
        Map<UUID, List<EvaluationStatus>> statuses = evaluations.statuses(ids);
        Map<UUID, PullRequestView> pullRequests = deliveries.pullRequests(ids);
        Map<UUID, List<EmailView>> emails = deliveries.emails(ids);
        return found.stream()
                .map(job -> view(job, statuses.get(job.id()), pullRequests, emails.getOrDefault(job.id(), List.of())))
                .toList();
    }

    static JobView view(
            JobEntity job,
            List<EvaluationStatus> statuses,
            Map<UUID, PullRequestView> pullRequests,
            List<EmailView> known) {
        Map<String, EmailView> emails = known.stream().collect(toMap(EmailView::recipient, identity()));
        return new JobView(
                job.id(),
                JobState.of(statuses.stream().map(EvaluationStatus::state).toList()),
                job.submittedAt(),
                job.concludedAt(),
                job.cancelRequested(),
                job.dataset(),
                job.options(),
                job.publish(),
                statuses.stream()
                        .map(status -> new EvaluationView(status, pullRequest(job, status, pullRequests)))
                        .toList(),
                job.emails().stream()
                        .map(recipient -> emails.getOrDefault(
                                recipient, new EmailView(recipient, EmailView.State.PENDING, null, null, null)))
                        .toList());
    }

    private static PullRequestView pullRequest(
            JobEntity job, EvaluationStatus status, Map<UUID, PullRequestView> known) {
        PullRequestView fate = known.get(status.id());
        if (fate != null) {
            return fate;
        }
        return !job.publish()
                ? PullRequestView.NOT_REQUESTED
                : switch (status.state()) {
                    case QUEUED, RUNNING, COMPLETED -> PullRequestView.PENDING;
                    case FAILED, CANCELLED -> PullRequestView.NOT_REQUESTED;
                };
    }
}
