package io.logprobe.api.delivery;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import io.logprobe.api.live.JobChanges;
import io.logprobe.contracts.delivery.DeliveryEvent;
import io.logprobe.contracts.delivery.EmailFailed;
import io.logprobe.contracts.delivery.EmailSent;
import io.logprobe.contracts.delivery.EmailUndecided;
import io.logprobe.contracts.delivery.PullRequestFailed;
import io.logprobe.contracts.delivery.PullRequestOpened;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;

/// What became of the pull requests and e-mails of all jobs.
@ApplicationScoped
public class Deliveries {

    private static final Logger LOG = Logger.getLogger(Deliveries.class);

    private final PullRequestRepository pullRequests;
    private final EmailRepository emails;
    private final EntityManager database;
    private final JobChanges changes;

    Deliveries(PullRequestRepository pullRequests, EmailRepository emails, EntityManager database, JobChanges changes) {
        this.pullRequests = pullRequests;
        this.emails = emails;
        this.database = database;
        this.changes = changes;
    }

    /// The fates of pull requests that are known, by evaluation.
    @Transactional
    public Map<UUID, PullRequestView> pullRequests(Collection<UUID> jobIds) {
        return pullRequests.ofJobs(jobIds).stream()
                .collect(toMap(PullRequestEntity::evaluationId, PullRequestEntity::view));
    }

    /// The fates of e-mails that are known, by job.
    @Transactional
    public Map<UUID, List<EmailView>> emails(Collection<UUID> jobIds) {
        return emails.ofJobs(jobIds).stream()
                .collect(groupingBy(EmailEntity::jobId, mapping(EmailEntity::view, toList())));
    }

    void read(DeliveryEvent event) {
        if (!changes.announce(event.jobId())) {
            LOG.warnf("delivery of an unknown job skipped: eventId=%s", event.eventId());
            return;
        }
        database.merge(row(event));
    }

    private static Object row(DeliveryEvent event) {
        return switch (event) {
            case PullRequestOpened opened ->
                new PullRequestEntity(
                        opened.evaluationId(),
                        opened.jobId(),
                        new PullRequestView(PullRequestView.State.OPENED, opened.number(), opened.url(), null));
            case PullRequestFailed failed ->
                new PullRequestEntity(
                        failed.evaluationId(),
                        failed.jobId(),
                        new PullRequestView(PullRequestView.State.FAILED, null, null, failed.failure()));
            case EmailSent sent ->
                new EmailEntity(
                        sent.jobId(),
                        new EmailView(sent.recipient(), EmailView.State.SENT, sent.messageId(), sent.subject(), null));
            case EmailFailed failed ->
                new EmailEntity(
                        failed.jobId(),
                        new EmailView(failed.recipient(), EmailView.State.FAILED, null, null, failed.failure()));
            case EmailUndecided undecided ->
                new EmailEntity(
                        undecided.jobId(),
                        new EmailView(
                                undecided.recipient(), EmailView.State.UNKNOWN, undecided.messageId(), null, null));
        };
    }
}
