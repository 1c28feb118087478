package io.logprobe.notifier.pullrequest;

/// Addresses that a pull request names.
///
/// @param hub the Hub that the model is on
/// @param jobPage our page of the job
/// @param rows where the rows of the dataset can be had
record Links(String hub, String jobPage, String rows) {}
