package io.logprobe.engine.backend.cuda;

import java.util.Optional;

/// Products `x · wᵀ` of a block of rows. A row's result does not depend on the other rows.
sealed interface Gemm extends AutoCloseable permits CublasLtGemm, KernelGemm {

    /// `y = x · wᵀ + bias`
    ///
    /// @param x operands, `w.width()` in a row, aligned to 256 bytes; memory for whole blocks of rows
    /// @param y memory for whole blocks of rows
    void store(DeviceMatrix x, DeviceLinear w, DeviceMatrix y);

    /// `y = max(x · wᵀ + bias, 0)`
    void storeRelu(DeviceMatrix x, DeviceLinear w, DeviceMatrix y);

    /// `y = y + x · wᵀ + bias`
    void add(DeviceMatrix x, DeviceLinear w, DeviceMatrix y);

    /// What multiplies, whichever shapes come, for people and provenance.
    String detail();

    /// Why products are slower than they could be, on one line; empty where they are not, or nobody asked for more.
    Optional<String> slowness();

    @Override
    void close();
}
