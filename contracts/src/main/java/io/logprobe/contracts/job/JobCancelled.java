package io.logprobe.contracts.job;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import java.time.Instant;
import java.util.UUID;

/// The user wants the job stopped: evaluations that have not ended are not to be finished.
///
/// @param jobId identifies the job
/// @param cancelledAt when the user asked
@JsonTypeName("JobCancelled")
public record JobCancelled(UUID jobId, Instant cancelledAt) implements JobEvent {

    public JobCancelled {
        Require.present(jobId, "jobId");
        Require.present(cancelledAt, "cancelledAt");
    }

    @Override
    public String eventId() {
        return jobId + "/cancelled";
    }
}
