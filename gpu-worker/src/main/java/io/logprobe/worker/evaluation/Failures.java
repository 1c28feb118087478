package io.logprobe.worker.evaluation;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.engine.failure.BackendUnavailable;
import io.logprobe.engine.failure.EngineException;
import io.logprobe.engine.failure.InsufficientMemory;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.InvalidInput;
import io.logprobe.engine.failure.OutputUnwritable;
import io.logprobe.engine.failure.UnsupportedModel;
import io.logprobe.engine.failure.WeightsUnreadable;
import io.logprobe.worker.dataset.DatasetUnavailable;
import io.logprobe.worker.model.ModelUnavailable;

/// Says of what kind a failure is; the kind decides whether there is another attempt.
final class Failures {

    private Failures() {}

    static Failure of(Throwable thrown) {
        return switch (thrown) {
            case EngineException e -> new Failure(kind(e), e.getMessage());
            case ModelUnavailable e -> new Failure(e.kind(), e.getMessage());
            case DatasetUnavailable e -> new Failure(e.kind(), e.getMessage());
            case OutOfMemoryError _ ->
                new Failure(FailureKind.RESOURCE_EXHAUSTED, "the worker's heap was too small for this evaluation");
            default -> new Failure(FailureKind.INTERNAL, "unexpected " + thrown);
        };
    }

    private static FailureKind kind(EngineException failure) {
        return switch (failure) {
            case InvalidCheckpoint _, InvalidInput _, UnsupportedModel _ -> FailureKind.INVALID_INPUT;
            case InsufficientMemory _, BackendUnavailable _, OutputUnwritable _ -> FailureKind.RESOURCE_EXHAUSTED;
            case WeightsUnreadable _ -> FailureKind.UPSTREAM_UNAVAILABLE;
        };
    }
}
