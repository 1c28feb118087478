package io.logprobe.engine;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.cpu.CpuBackend;
import io.logprobe.engine.backend.cuda.CudaBackend;
import io.logprobe.engine.backend.cuda.CudaOptions;
import io.logprobe.engine.backend.reference.ReferenceBackend;
import io.logprobe.engine.failure.BackendUnavailable;
import io.logprobe.engine.failure.EngineException;
import io.logprobe.engine.failure.InsufficientMemory;
import io.logprobe.engine.failure.InvalidInput;
import java.util.List;
import java.util.Locale;

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

    /// A backend per device for one model, each with a part of the job.
    ///
    /// @throws BackendUnavailable where fewer devices can be used than were asked for
    static List<Backend> openAll(EngineOptions options, String model) {
        return switch (options.backend()) {
            case CUDA -> cudaDevices(options, model);
            case AUTO -> {
                try {
                    yield cudaDevices(options, model);
                } catch (BackendUnavailable | InsufficientMemory e) {
                    yield List.of(processorInstead(options, e));
                }
            }
            case CPU, REFERENCE ->
                throw new InvalidInput("several devices need backend cuda, not "
                        + options.backend().name().toLowerCase(Locale.ROOT));
        };
    }

    private static List<Backend> cudaDevices(EngineOptions options, String model) {
        List<CudaBackend> opened = CudaBackend.openAll(options.dtype(), cudaOptions(options, model), options.devices());
        opened.getFirst().slowness().ifPresent(Backends::sayOfCuda);
        return List.copyOf(opened);
    }

    /// Starts in the background what a backend does before it needs a model.
    static void prepare(EngineOptions options) {
        switch (options.backend()) {
            case AUTO, CPU -> CpuBackend.prepare();
            case CUDA, REFERENCE -> {}
        }
    }

    /// CUDA, or the processor with one line on standard error that says why.
    private static Backend automatic(EngineOptions options, String model) {
        try {
            return cuda(options, model);
        } catch (BackendUnavailable | InsufficientMemory e) {
            return processorInstead(options, e);
        }
    }

    private static Backend processorInstead(EngineOptions options, EngineException reason) {
        System.err.println("logprobe: " + reason.getMessage() + "; computing with backend cpu");
        return new CpuBackend(options.dtype());
    }

    private static Backend cuda(EngineOptions options, String model) {
        CudaBackend opened = CudaBackend.open(options.dtype(), cudaOptions(options, model));
        opened.slowness().ifPresent(Backends::sayOfCuda);
        return opened;
    }

    private static void sayOfCuda(String notice) {
        System.err.println("logprobe: backend cuda: " + notice);
    }

    private static CudaOptions cudaOptions(EngineOptions options, String model) {
        return CudaOptions.DEFAULT.withOwner(model).withMemoryBytes(options.memoryBytes());
    }
}
