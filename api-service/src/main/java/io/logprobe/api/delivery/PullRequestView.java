package io.logprobe.api.delivery;

import io.logprobe.contracts.Failure;

/// The pull request of an evaluation.
///
/// @param state what became of it
/// @param number its number in the model's repository, null unless opened
/// @param url its page, null unless opened
/// @param failure why it could not be opened, null unless failed
public record PullRequestView(State state, Integer number, String url, Failure failure) {

    public static final PullRequestView NOT_REQUESTED = new PullRequestView(State.NOT_REQUESTED, null, null, null);
    public static final PullRequestView PENDING = new PullRequestView(State.PENDING, null, null, null);

    /// What became of a pull request.
    public enum State {
        NOT_REQUESTED,
        PENDING,
        OPENED,
        FAILED
    }
}
