package io.logprobe.engine.backend.cuda;

/// How the backend runs.
///
/// @param owner what it computes, named in every failure: the model
/// @param memoryBytes bound on device memory, or [Long#MAX_VALUE] for what is free
/// @param blockRows rows per block, a multiple of 128: enough to keep the device busy
/// @param stagingBytes size of each pinned buffer that weights go through
/// @param cublas whether to look for cuBLAS on the host
/// @param synchronous whether to wait for each kernel, so that a failure names the right one
public record CudaOptions(
        String owner, long memoryBytes, int blockRows, long stagingBytes, boolean cublas, boolean synchronous) {

    private static final int ROWS_STEP = 128;

    public static final CudaOptions DEFAULT = new CudaOptions("cuda", Long.MAX_VALUE, 4096, 32L << 20, true, false);

    public CudaOptions {
        if (blockRows < ROWS_STEP || blockRows % ROWS_STEP != 0) {
            throw new IllegalArgumentException("rows per block must be a multiple of 128, not " + blockRows);
        }
    }

    public CudaOptions withOwner(String other) {
        return new CudaOptions(other, memoryBytes, blockRows, stagingBytes, cublas, synchronous);
    }

    public CudaOptions withMemoryBytes(long other) {
        return new CudaOptions(owner, other, blockRows, stagingBytes, cublas, synchronous);
    }

    public CudaOptions withBlockRows(int other) {
        return new CudaOptions(owner, memoryBytes, other, stagingBytes, cublas, synchronous);
    }

    public CudaOptions withStagingBytes(long other) {
        return new CudaOptions(owner, memoryBytes, blockRows, other, cublas, synchronous);
    }

    public CudaOptions withoutCublas() {
        return new CudaOptions(owner, memoryBytes, blockRows, stagingBytes, false, synchronous);
    }

    public CudaOptions waitingForEachKernel() {
        return new CudaOptions(owner, memoryBytes, blockRows, stagingBytes, cublas, true);
    }
}
