package io.logprobe.api.job;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.logprobe.api.delivery.PullRequestView;
import io.logprobe.api.evaluation.EvaluationStatus;

/// One evaluation of a job.
///
/// @param status where it stands
/// @param pullRequest what became of the proposal of its results
record EvaluationView(@JsonUnwrapped EvaluationStatus status, PullRequestView pullRequest) {}
