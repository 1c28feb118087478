package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.failure.BackendUnavailable;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A device that is in use, and all that the backend has there; ends as one.
///
/// @param compute the stream that computes
/// @param operands the left ones of the last product
/// @param products what a product leaves before it is added to a matrix or rounded
/// @param usableBytes what weights, matrices and tables may take together
/// @param detail the device, its driver and what multiplies, for people
record CudaDevice(
        CudaDriver driver,
        CudaDriver.Stream compute,
        DeviceMemory memory,
        Kernels kernels,
        Gemm gemm,
        Transfers transfers,
        WeightUpload upload,
        GrowingDeviceBuffer operands,
        GrowingDeviceBuffer products,
        long usableBytes,
        String detail)
        implements AutoCloseable {

    private static final long RING_BYTES = 1L << 20;

    /// What cuBLAS and the driver take beside the backend's own memory.
    private static final long RESERVED_BYTES = 512L << 20;

    /// One part in so many is left for what no plan counts one by one: norms, tables of positions, tries.
    static final int UNPLANNED_SHARE = 64;

    /// Opens that many usable devices, those with the most free memory.
    ///
    /// @throws BackendUnavailable saying on one line why there are not as many
    static List<CudaDevice> openAll(ComputeType dtype, CudaOptions options, int count) {
        CudaSupport.Usable usable = requireUsable();
        List<DriverAnswer.Device> devices = usable.devices();
        if (devices.size() < count) {
            throw new BackendUnavailable(
                    "backend cuda: " + count + " GPUs were asked for, " + devices.size() + " can be used");
        }
        List<CudaDevice> opened = new ArrayList<>();
        try {
            for (DriverAnswer.Device found : devices.subList(0, count)) {
                opened.add(open(found, usable.driverVersion(), dtype, options));
            }
        } catch (RuntimeException | Error e) {
            opened.forEach(CudaDevice::close);
            throw e;
        }
        return opened;
    }

    /// The usable devices; nothing is opened or taken.
    ///
    /// @throws BackendUnavailable saying on one line why there is none
    static CudaSupport.Usable requireUsable() {
        return switch (CudaSupport.decide(DriverProbe.ask())) {
            case CudaSupport.Unusable(String reason) -> throw new BackendUnavailable("backend cuda: " + reason);
            case CudaSupport.Usable usable -> usable;
        };
    }

    private static CudaDevice open(
            DriverAnswer.Device found, int driverVersion, ComputeType dtype, CudaOptions options) {
        try {
            CudaDriver driver = new CudaDriver(found.ordinal(), options.owner(), KernelImage.of(found.computeMajor()));
            try {
                return on(driver, found.name() + ", CUDA " + CudaSupport.version(driverVersion), dtype, options);
            } catch (RuntimeException | Error e) {
                driver.close();
                throw e;
            }
        } catch (CudaFailure e) { // somebody else has it for himself, or it is broken
            throw new BackendUnavailable(
                    "backend cuda: GPU " + found.ordinal() + ", " + found.name() + ", does not open: " + e.getMessage(),
                    e);
        }
    }

    private static CudaDevice on(CudaDriver driver, String name, ComputeType dtype, CudaOptions options) {
        CudaDriver.Stream compute = driver.stream();
        long budget = Math.min(options.memoryBytes(), driver.freeBytes() - RESERVED_BYTES);
        DeviceMemory memory = new DeviceMemory(driver, compute, budget);
        Kernels kernels = new Kernels(driver, compute, options.synchronous());
        Gemm gemm = options.cublas() ? products(memory, compute, kernels, dtype, options) : new KernelGemm(kernels, "");
        Transfers transfers = new Transfers(driver, memory, compute, RING_BYTES);
        WeightUpload upload = new WeightUpload(driver, memory, compute, driver.stream(), options, dtype);
        return new CudaDevice(
                driver,
                compute,
                memory,
                kernels,
                gemm,
                transfers,
                upload,
                new GrowingDeviceBuffer(memory, "operands of a block of rows"),
                new GrowingDeviceBuffer(memory, "products of a block of rows"),
                budget - budget / UNPLANNED_SHARE - memory.used(),
                name + ", " + gemm.detail());
    }

    /// By the first cuBLASLt of the host that works, else by our own kernels.
    private static Gemm products(
            DeviceMemory memory, CudaDriver.Stream compute, Kernels kernels, ComputeType dtype, CudaOptions options) {
        return switch (CublasLtSearch.search()) {
            case CublasLtSearch.Result.Found(CublasLt library, MemorySegment handle) -> {
                KernelGemm own = new KernelGemm(kernels, "");
                yield new CublasLtGemm(
                        options.owner(), library, handle, memory, compute, dtype, options.blockRows(), own);
            }
            case CublasLtSearch.Result.NotFound(String reason) -> new KernelGemm(kernels, reason);
        };
    }

    @Override
    public void close() {
        try {
            driver.makeCurrent();
            driver.synchronize(compute);
            operands.close();
            products.close();
            upload.close();
            transfers.close();
            gemm.close();
            memory.close();
        } finally {
            driver.close();
        }
    }
}
