package io.logprobe.notifier.hub;

/// A pull request on the Hub.
///
/// @param number counted within its repository
/// @param url its page
/// @param open neither merged nor closed
public record PullRequest(int number, String url, boolean open) {}
