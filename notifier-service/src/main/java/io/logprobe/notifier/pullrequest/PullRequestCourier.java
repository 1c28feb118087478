package io.logprobe.notifier.pullrequest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.delivery.DeliveryEvent;
import io.logprobe.contracts.delivery.PullRequestFailed;
import io.logprobe.contracts.delivery.PullRequestOpened;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.notifier.hub.HubProblem;
import io.logprobe.notifier.hub.ModelHub;
import io.logprobe.notifier.hub.PullRequest;
import io.logprobe.notifier.ledger.Announcement;
import io.logprobe.notifier.ledger.Courier;
import io.logprobe.notifier.ledger.Ledger;
import io.logprobe.notifier.ledger.Outcome;
import io.logprobe.notifier.ledger.Preparation;
import io.logprobe.notifier.ledger.Receipt;
import io.logprobe.notifier.ledger.SideEffect;
import io.logprobe.notifier.ledger.SideEffectKind;
import io.logprobe.notifier.page.JobPages;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/// Proposes the figures of an evaluation to its model's repository.
@ApplicationScoped
public class PullRequestCourier implements Courier {

    /// Must stay at zero.
    static final String DUPLICATES = "logprobe.effects.duplicate";

    private static final Logger LOG = Logger.getLogger(PullRequestCourier.class);

    private final ModelHub hub;
    private final Ledger ledger;
    private final JobPages pages;
    private final ObjectMapper json;
    private final MeterRegistry meters;

    PullRequestCourier(ModelHub hub, Ledger ledger, JobPages pages, ObjectMapper json, MeterRegistry meters) {
        this.hub = hub;
        this.ledger = ledger;
        this.pages = pages;
        this.json = json;
        this.meters = meters;
    }

    /// Plans the pull request, in the caller's transaction.
    public void plan(EvaluationCompleted evaluation) {
        try {
            ledger.plan(
                    SideEffectKind.PULL_REQUEST,
                    evaluation.evaluationId().toString(),
                    evaluation.jobId(),
                    evaluation.model().id(),
                    json.writeValueAsString(evaluation));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("evaluation " + evaluation.evaluationId() + " cannot be written", e);
        }
    }

    @Override
    public SideEffectKind kind() {
        return SideEffectKind.PULL_REQUEST;
    }

    @Override
    public Preparation prepare(SideEffect effect) {
        EvaluationCompleted evaluation = evaluation(effect);
        String model = evaluation.model().id();
        String title = PullRequestText.title(evaluation);
        String jobPage = pages.of(evaluation.jobId());
        try {
            Optional<PullRequest> ours = ours(evaluation, title);
            if (ours.isPresent()) {
                return new Preparation.Found(receipt(ours.get()));
            }
            CardResult result = CardResult.of(evaluation, jobPage);
            String base = hub.head(model);
            byte[] card = hub.readme(model, base)
                    .map(existing -> ModelCard.withResult(existing, result))
                    .orElseGet(() -> ModelCard.create(result));
            List<String> errors = hub.errorsOf(new String(card, StandardCharsets.UTF_8));
            if (!errors.isEmpty()) {
                return refused(model, String.join("; ", errors));
            }
            Links links = new Links(
                    hub.address(), jobPage, pages.rowsOf(evaluation.dataset().digest()));
            String body = PullRequestText.body(evaluation, links);
            return new Preparation.Ready(() -> propose(model, base, title, body, card));
        } catch (InvalidCard e) {
            return refused(model, "the model card was left alone: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            return refused(model, e.getMessage());
        } catch (HubProblem e) {
            return e.kind() == HubProblem.Kind.REFUSED
                    ? refused(model, e.getMessage())
                    : new Preparation.Unavailable(unavailable(model, e), e.pause());
        }
    }

    private Outcome propose(String model, String base, String title, String body, byte[] card) {
        try {
            return new Outcome.Accepted(receipt(hub.propose(model, base, title, body, card)));
        } catch (HubProblem e) {
            return switch (e.kind()) {
                case REFUSED -> new Outcome.Refused(refusal(model, e.getMessage()));
                case OUTDATED, BUSY, UNREACHABLE -> new Outcome.Unavailable(unavailable(model, e), e.pause());
                case UNANSWERED -> new Outcome.Unanswered(unavailable(model, e), e.pause());
            };
        }
    }

    /// Our pull request, if it stands. Should there be several, the first one counts and the others are closed.
    private Optional<PullRequest> ours(EvaluationCompleted evaluation, String title) {
        String model = evaluation.model().id();
        List<PullRequest> found = hub.pullRequests(model, title, PullRequestText.marker(evaluation.evaluationId()));
        for (PullRequest duplicate : found.subList(Math.min(1, found.size()), found.size())) {
            if (duplicate.open()) {
                LOG.errorf("pull request %d of %s is a duplicate and is closed", duplicate.number(), model);
                meters.counter(DUPLICATES, "kind", kind().name()).increment();
                hub.close(
                        model, duplicate, "A duplicate of #" + found.getFirst().number() + ".");
            }
        }
        return found.stream().findFirst();
    }

    @Override
    public DeliveryEvent event(SideEffect effect, Announcement announcement) {
        UUID evaluationId = UUID.fromString(effect.subject());
        return switch (announcement) {
            case Announcement.Delivered(Receipt receipt) ->
                new PullRequestOpened(effect.jobId(), evaluationId, Integer.parseInt(receipt.id()), receipt.detail());
            case Announcement.GivenUp(Failure failure) -> new PullRequestFailed(effect.jobId(), evaluationId, failure);
            case Announcement.Undecided _ ->
                throw new IllegalStateException("whether a pull request was opened can always be looked up");
        };
    }

    private EvaluationCompleted evaluation(SideEffect effect) {
        try {
            return json.readValue(effect.work(), EvaluationCompleted.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the ledger's evaluation " + effect.subject() + " cannot be read", e);
        }
    }

    private static Receipt receipt(PullRequest pullRequest) {
        return new Receipt(Integer.toString(pullRequest.number()), pullRequest.url());
    }

    private static Preparation refused(String model, String message) {
        return new Preparation.Refused(refusal(model, message));
    }

    private static Failure refusal(String model, String message) {
        return new Failure(FailureKind.INVALID_INPUT, model + ": " + message);
    }

    private static Failure unavailable(String model, HubProblem problem) {
        return new Failure(FailureKind.UPSTREAM_UNAVAILABLE, model + ": " + problem.getMessage());
    }
}
