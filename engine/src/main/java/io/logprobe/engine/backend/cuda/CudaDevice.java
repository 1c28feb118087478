package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.ComputeType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A device that is in use, and all that the backend has there; ends as one.
///
/// @param compute the stream that computes
/// @param operands the left ones of the last product
/// @param products what a product leaves before it is added to a matrix
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

    static CudaDevice open(DriverAnswer.Device found, int driverVersion, ComputeType dtype, CudaOptions options) {
        CudaDriver driver = new CudaDriver(found.ordinal(), options.owner(), KernelImage.of(found.computeMajor()));
        try {
            return on(driver, found.name() + ", CUDA " + CudaSupport.version(driverVersion), dtype, options);
        } catch (RuntimeException | Error e) {
            driver.close();
            throw e;
        }
    }

    private static CudaDevice on(CudaDriver driver, String name, ComputeType dtype, CudaOptions options) {
        CudaDriver.Stream compute = driver.stream();
        long budget = Math.min(options.memoryBytes(), driver.freeBytes() - RESERVED_BYTES);
        DeviceMemory memory = new DeviceMemory(driver, compute, budget);
        Kernels kernels = new Kernels(driver, compute, options.synchronous());
        Gemm gemm = options.cublas()
                ? products(memory, compute, kernels, dtype, options.blockRows())
                : new KernelGemm(kernels, "");
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
            DeviceMemory memory, CudaDriver.Stream compute, Kernels kernels, ComputeType dtype, int blockRows) {
        List<String> refusals = new ArrayList<>();
        for (String name : CublasLt.NAMES) {
            switch (CublasLt.open(name)) {
                case CublasLt.Opening.Opened(CublasLt library, MemorySegment handle) -> {
                    KernelGemm own = new KernelGemm(kernels, "");
                    return new CublasLtGemm(library, handle, memory, compute, dtype, blockRows, own);
                }
                case CublasLt.Opening.Absent() -> {}
                case CublasLt.Opening.Refused(String reason) -> refusals.add(reason);
            }
        }
        return new KernelGemm(kernels, String.join("; ", refusals));
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
