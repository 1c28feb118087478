package io.logprobe.api.job;

import io.logprobe.api.delivery.EmailView;
import io.logprobe.api.delivery.PullRequestView;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.ScoringOptions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A job as clients see it.
///
/// @param id the job
/// @param state where it stands
/// @param submittedAt when it was accepted
/// @param concludedAt when its last evaluation ended, null before
/// @param cancelRequested whether somebody asked for it to be stopped
/// @param dataset what is scored
/// @param options how it is scored
/// @param publish whether results are proposed to the models' repositories
/// @param evaluations one per model, in the order asked for
/// @param emails one per recipient, in the order asked for
record JobView(
        UUID id,
        JobState state,
        Instant submittedAt,
        Instant concludedAt,
        boolean cancelRequested,
        DatasetRevision dataset,
        ScoringOptions options,
        boolean publish,
        List<EvaluationView> evaluations,
        List<EmailView> emails) {

    /// Whether nothing will change any more: results, pull requests and e-mails included.
    boolean settled() {
        return state.isFinal()
                && concludedAt != null
                && evaluations.stream()
                        .noneMatch(evaluation -> evaluation.pullRequest().state() == PullRequestView.State.PENDING)
                && emails.stream().noneMatch(email -> email.state() == EmailView.State.PENDING);
    }
}
