package io.logprobe.engine;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.cpu.CpuBackend;
import io.logprobe.engine.backend.cuda.CudaBackend;
import io.logprobe.engine.backend.cuda.CudaOptions;
import io.logprobe.engine.backend.reference.ReferenceBackend;
import io.logprobe.engine.failure.BackendUnavailable;
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
            case AUTO -> cudaOrProcessor(options, model, 1).getFirst();
            case CPU -> new CpuBackend(options.dtype());
            case CUDA -> cuda(options, model, 1).getFirst();
            case REFERENCE -> new ReferenceBackend(options.dtype());
        };
    }

    /// A backend per device for one model, each with a part of the job.
    ///
    /// @throws BackendUnavailable where fewer devices can be used than were asked for
    static List<Backend> openAll(EngineOptions options, String model) {
        return switch (options.backend()) {
            case AUTO -> cudaOrProcessor(options, model, options.devices());
            case CUDA -> cuda(options, model, options.devices());
            case CPU, REFERENCE ->
                throw new InvalidInput("several devices need backend cuda, not "
                        + options.backend().name().toLowerCase(Locale.ROOT));
        };
    }

    /// Starts in the background what a backend does before it needs a model.
    static void prepare(EngineOptions options) {
        switch (options.backend()) {
            case AUTO, CPU -> CpuBackend.prepare();
            case CUDA, REFERENCE -> {}
        }
    }

    /// CUDA, or the processor with one line on standard error that says why.
    private static List<Backend> cudaOrProcessor(EngineOptions options, String model, int devices) {
        try {
            return cuda(options, model, devices);
        } catch (BackendUnavailable | InsufficientMemory e) {
            System.err.println("logprobe: " + e.getMessage() + "; computing with backend cpu");
            return List.of(new CpuBackend(options.dtype()));
        }
    }

    private static List<Backend> cuda(EngineOptions options, String model, int devices) {
        List<CudaBackend> opened = CudaBackend.openAll(options.dtype(), cudaOptions(options, model), devices);
        opened.getFirst().slowness().ifPresent(notice -> System.err.println("logprobe: backend cuda: " + notice));
        return List.copyOf(opened);
    }

    private static CudaOptions cudaOptions(EngineOptions options, String model) {
        return CudaOptions.DEFAULT.withOwner(model).withMemoryBytes(options.deviceMemoryBytes());
    }
}
