package io.logprobe.engine;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.cpu.CpuBackend;
import io.logprobe.engine.backend.cuda.CudaBackend;
import io.logprobe.engine.backend.cuda.CudaOptions;
import io.logprobe.engine.backend.reference.ReferenceBackend;
import io.logprobe.engine.failure.BackendUnavailable;

/// Opens the backend that was asked for.
final class Backends {

    private Backends() {}

    /// A backend for one model.
    ///
    /// @param model named in the backend's failures
    /// @throws BackendUnavailable where a device was asked for and none can be used
    static Backend open(EngineOptions options, String model) {
        return switch (options.backend()) {
            case AUTO -> automatic(options, model);
            case CPU -> new CpuBackend(options.dtype());
            case CUDA -> cuda(options, model);
            case REFERENCE -> new ReferenceBackend(options.dtype());
        };
    }

    /// CUDA, or the processor with one line on standard error that says why.
    private static Backend automatic(EngineOptions options, String model) {
        try {
            return cuda(options, model);
        } catch (BackendUnavailable e) {
            System.err.println("logprobe: " + e.getMessage() + "; computing with backend cpu");
            return new CpuBackend(options.dtype());
        }
    }

    private static Backend cuda(EngineOptions options, String model) {
        return CudaBackend.open(
                options.dtype(), CudaOptions.DEFAULT.withOwner(model).withMemoryBytes(options.memoryBytes()));
    }
}
