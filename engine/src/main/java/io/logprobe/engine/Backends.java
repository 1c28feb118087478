package io.logprobe.engine;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.cpu.CpuBackend;
import io.logprobe.engine.backend.reference.ReferenceBackend;
import io.logprobe.engine.failure.BackendUnavailable;

/// Opens the backend that was asked for.
final class Backends {

    private Backends() {}

    static Backend open(BackendChoice choice, ComputeType dtype) {
        return switch (choice) {
            case AUTO, CPU -> new CpuBackend(dtype);
            case REFERENCE -> new ReferenceBackend(dtype);
            case CUDA -> throw new BackendUnavailable("backend cuda is not in this build");
        };
    }
}
