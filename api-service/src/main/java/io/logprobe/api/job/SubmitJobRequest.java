package io.logprobe.api.job;

import io.logprobe.api.dataset.DatasetRequest;
import io.logprobe.contracts.spec.BosPolicy;
import io.logprobe.contracts.spec.ComputeType;
import io.logprobe.contracts.spec.ScoringOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;

/// A job as a client asks for it.
///
/// @param dataset what to score
/// @param models what to score with, at least one
/// @param options how to score; float32 and the tokenizer's own BOS rule if not given
/// @param publish whether results are proposed to each model's repository; they are not if not given
/// @param emails who is told when the job has ended
record SubmitJobRequest(
        DatasetRequest dataset, List<ModelRequest> models, Options options, Boolean publish, List<String> emails) {

    /// How to score.
    ///
    /// @param dtype type of weights and products
    /// @param bos whether a beginning-of-sequence token is added
    record Options(ComputeType dtype, BosPolicy bos) {}

    SubmitJobRequest {
        models = models == null
                ? List.of()
                : models.stream().filter(Objects::nonNull).toList();
        publish = publish != null && publish;
        emails = emails == null
                ? List.of()
                : List.copyOf(new LinkedHashSet<>(
                        emails.stream().filter(Objects::nonNull).toList()));
    }

    ScoringOptions scoringOptions() {
        ScoringOptions standard = ScoringOptions.DEFAULT;
        return options == null
                ? standard
                : new ScoringOptions(
                        Objects.requireNonNullElse(options.dtype(), standard.dtype()),
                        Objects.requireNonNullElse(options.bos(), standard.bos()));
    }
}
