package io.logprobe.api.job;

import io.logprobe.api.dataset.PreparedDataset;
import io.logprobe.contracts.spec.ModelRevision;
import java.util.List;

/// A checked request with everything it names pinned to commits.
///
/// @param request what was asked for
/// @param dataset its dataset
/// @param models its models
record PinnedJob(SubmitJobRequest request, PreparedDataset dataset, List<ModelRevision> models)
        implements AutoCloseable {

    @Override
    public void close() {
        dataset.close();
    }
}
