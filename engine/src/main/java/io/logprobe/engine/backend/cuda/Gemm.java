package io.logprobe.engine.backend.cuda;

/// Products `x · wᵀ` of a block of rows. A row's result does not depend on the other rows.
sealed interface Gemm extends AutoCloseable permits CublasLtGemm, KernelGemm {

    /// `y = x · wᵀ + bias`
    ///
    /// @param x address of `[blockRows, w.width()]` operands
    /// @param y memory for whole blocks of rows
    void store(long x, DeviceLinear w, DeviceMatrix y);

    /// `y = max(x · wᵀ + bias, 0)`
    void storeRelu(long x, DeviceLinear w, DeviceMatrix y);

    /// `y = y + x · wᵀ + bias`
    void add(long x, DeviceLinear w, DeviceMatrix y);

    /// What multiplies, for people.
    String detail();

    @Override
    void close();
}
