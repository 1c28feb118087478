package io.logprobe.scheduler.evaluation;

import io.logprobe.contracts.Event;
import io.logprobe.contracts.command.RevokeEvaluation;
import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.evaluation.EvaluationConcluded;
import io.logprobe.contracts.evaluation.EvaluationEvent;
import io.logprobe.contracts.evaluation.ExamplesScored;
import io.logprobe.contracts.evaluation.LeaseGranted;
import io.logprobe.contracts.evaluation.ScoringCompleted;
import io.logprobe.contracts.evaluation.ScoringFailed;
import io.logprobe.contracts.evaluation.ScoringProgressed;
import io.logprobe.contracts.evaluation.ScoringStarted;
import io.logprobe.contracts.outcome.EvaluationCancelled;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.outcome.EvaluationFailed;
import io.logprobe.messaging.Outbox;
import io.logprobe.scheduler.evaluation.EvaluationState.Concluded;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/// Loads an evaluation, asks [EvaluationLifecycle] what to do, stores the answer and publishes what follows, all
/// in the caller's transaction.
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class EvaluationCoordinator {

    static final String GRANTS = "logprobe.lease.grants";
    static final String LEASES_ENDED = "logprobe.lease.ended";
    static final String FENCED = "logprobe.fenced.records";

    private static final Logger LOG = Logger.getLogger(EvaluationCoordinator.class);

    private final EvaluationRepository evaluations;
    private final ExampleScoreRepository scores;
    private final EvaluationLifecycle lifecycle;
    private final EvaluationResults results;
    private final Outbox outbox;
    private final jakarta.enterprise.event.Event<EvaluationEnded> ended;
    private final MeterRegistry meters;

    EvaluationCoordinator(
            EvaluationRepository evaluations,
            ExampleScoreRepository scores,
            LeasePolicy policy,
            EvaluationResults results,
            Outbox outbox,
            jakarta.enterprise.event.Event<EvaluationEnded> ended,
            MeterRegistry meters) {
        this.evaluations = evaluations;
        this.scores = scores;
        this.lifecycle = new EvaluationLifecycle(policy);
        this.results = results;
        this.outbox = outbox;
        this.ended = ended;
        this.meters = meters;
    }

    /// Puts an evaluation into the queue.
    public void enqueue(EvaluationRequest request, int position, Instant queuedAt) {
        evaluations.persist(new EvaluationEntity(request, position, queuedAt));
    }

    /// Stops whatever of a job has not ended.
    public void cancelJob(UUID jobId) {
        for (EvaluationEntity member : evaluations.ofJob(jobId)) {
            evaluations.lock(member.id()).ifPresent(row -> apply(row, lifecycle.cancel(row.state())));
        }
    }

    /// Gives a waiting evaluation to a node.
    public void grant(UUID evaluationId, NodeBoot node) {
        evaluations.lock(evaluationId).ifPresent(row -> {
            Transition transition = lifecycle.grant(row.state(), node, evaluations.now());
            if (!transition.effects().isEmpty()) {
                meters.counter(GRANTS).increment();
            }
            apply(row, transition);
        });
    }

    /// A heartbeat named this evaluation.
    public void renew(UUID evaluationId, NodeBoot node, long epoch) {
        evaluations
                .lock(evaluationId)
                .ifPresent(row -> row.enter(lifecycle.renew(row.state(), node, epoch, evaluations.now())));
    }

    /// Ends every lease of a node that was granted to another start of it than `standing`.
    public void endLeasesOf(String nodeId, UUID standing, String why) {
        for (LeaseView lease : leasesOf(evaluations.leasedBy(nodeId))) {
            if (!lease.node().bootId().equals(standing)) {
                endLease(lease.evaluationId(), lease.node(), why);
            }
        }
    }

    /// Ends every lease of a node that stops in order.
    public void giveBackLeasesOf(NodeBoot node) {
        for (LeaseView lease : leasesOf(evaluations.leasedBy(node.nodeId()))) {
            evaluations.lock(lease.evaluationId()).ifPresent(row -> {
                meters.counter(LEASES_ENDED).increment();
                apply(row, lifecycle.nodeStopped(row.state(), node, scores.count(row.id()), evaluations.now()));
            });
        }
    }

    /// Ends a lease, if it still stands.
    public void endLease(UUID evaluationId, NodeBoot holder, String why) {
        evaluations.lock(evaluationId).ifPresent(row -> {
            meters.counter(LEASES_ENDED).increment();
            apply(row, lifecycle.leaseEnded(row.state(), holder, why, scores.count(evaluationId), evaluations.now()));
        });
    }

    /// Every lease that stands now.
    public List<LeaseView> leases() {
        return leasesOf(evaluations.leased());
    }

    /// What waits and may start now, the oldest first.
    public List<EvaluationRequest> waiting(int limit) {
        return evaluations.waiting(evaluations.now(), limit).stream()
                .map(EvaluationEntity::request)
                .toList();
    }

    /// The time that leases are measured in.
    public Instant now() {
        return evaluations.now();
    }

    /// How the evaluations of a job ended, or an empty list while one has not.
    public List<EndedEvaluation> endings(UUID jobId) {
        List<EvaluationEntity> members = evaluations.ofJob(jobId);
        return members.stream().allMatch(member -> member.state() instanceof Concluded)
                ? members.stream().map(results::ending).toList()
                : List.of();
    }

    /// Takes the next entry of an evaluation's log.
    void read(EvaluationEvent entry) {
        EvaluationEntity row = evaluations.lock(entry.evaluationId()).orElse(null);
        if (row == null) {
            LOG.warnf("log entry %s belongs to no evaluation known here", entry.eventId());
            return;
        }
        if (entry instanceof LeaseGranted granted) {
            apply(row, lifecycle.grantLogged(row.state(), granted.epoch(), scores.count(row.id()), evaluations.now()));
        } else if (row.state() instanceof Concluded
                || entry.epoch() != row.state().loggedEpoch()) {
            meters.counter(FENCED).increment();
        } else {
            readStanding(row, entry);
        }
    }

    private void readStanding(EvaluationEntity row, EvaluationEvent entry) {
        switch (entry) {
            case ScoringStarted started -> {
                if (!started.provenance().equals(row.provenance())) {
                    scores.deleteAll(row.id());
                    row.provenance(started.provenance());
                }
            }
            case ExamplesScored scored -> scores.addAll(row.id(), scored.examples());
            case ScoringCompleted completed -> {
                row.work(completed.work());
                apply(
                        row,
                        lifecycle.scoringCompleted(
                                row.state(),
                                completed.epoch(),
                                row.request().dataset().exampleCount(),
                                scores.count(row.id()),
                                evaluations.now()));
            }
            case ScoringFailed failed ->
                apply(
                        row,
                        lifecycle.attemptFailed(
                                row.state(),
                                failed.epoch(),
                                failed.failure(),
                                scores.count(row.id()),
                                evaluations.now()));
            case ScoringProgressed _, LeaseGranted _, EvaluationConcluded _ -> {}
        }
    }

    private void apply(EvaluationEntity row, Transition transition) {
        row.enter(transition.next());
        for (Effect effect : transition.effects()) {
            event(row, effect).forEach(outbox::publish);
            if (effect instanceof Effect.Announce) {
                evaluations.flush();
                ended.fire(new EvaluationEnded(row.jobId(), row.id()));
            }
        }
    }

    private List<Event> event(EvaluationEntity row, Effect effect) {
        EvaluationRequest request = row.request();
        return switch (effect) {
            case Effect.LogGrant(long epoch, NodeBoot node) ->
                List.of(new LeaseGranted(row.id(), epoch, node.nodeId(), node.bootId()));
            case Effect.CommandRun(long epoch, NodeBoot node) ->
                List.of(new RunEvaluation(
                        node.nodeId(),
                        node.bootId(),
                        row.id(),
                        row.jobId(),
                        epoch,
                        request.model(),
                        request.dataset(),
                        request.options(),
                        scores.done(row.id()),
                        row.provenance()));
            case Effect.CommandStop(long epoch, NodeBoot node, String reason) ->
                List.of(new RevokeEvaluation(node.nodeId(), row.id(), epoch, reason));
            case Effect.Announce announce ->
                List.of(
                        new EvaluationConcluded(row.id(), announce.epoch(), announce.conclusion(), announce.failure()),
                        outcome(row, announce));
        };
    }

    private Event outcome(EvaluationEntity row, Effect.Announce announce) {
        EvaluationRequest request = row.request();
        return switch (announce.conclusion()) {
            case COMPLETED ->
                new EvaluationCompleted(
                        row.jobId(),
                        row.id(),
                        request.model(),
                        request.dataset(),
                        request.options(),
                        row.provenance(),
                        results.metrics(row.id()),
                        examplesPerSecond(row),
                        request.publish());
            case FAILED -> new EvaluationFailed(row.jobId(), row.id(), request.model(), announce.failure());
            case CANCELLED -> new EvaluationCancelled(row.jobId(), row.id(), request.model());
        };
    }

    private static double examplesPerSecond(EvaluationEntity row) {
        return row.work() == null || row.work().scoreSeconds() <= 0
                ? 0
                : row.work().examples() / row.work().scoreSeconds();
    }

    private static List<LeaseView> leasesOf(List<EvaluationEntity> rows) {
        return rows.stream()
                .flatMap(row -> LeaseView.of(row.id(), row.state()).stream())
                .toList();
    }
}
