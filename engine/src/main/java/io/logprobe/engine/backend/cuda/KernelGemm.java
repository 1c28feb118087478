package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.Activation;

/// Products by the engine's own kernels, for hosts without cuBLAS.
///
/// @param reason why not by cuBLAS; empty where there is none or none is wanted
record KernelGemm(Kernels kernels, String reason) implements Gemm {

    @Override
    public void store(DeviceMatrix x, DeviceLinear w, DeviceMatrix y) {
        kernels.gemm(y, x, w, w.bias(), false, 1);
    }

    @Override
    public void storeRelu(DeviceMatrix x, DeviceLinear w, DeviceMatrix y) {
        store(x, w, y);
        kernels.activate(y, 0, Activation.RELU);
    }

    @Override
    public void add(DeviceMatrix x, DeviceLinear w, DeviceMatrix y) {
        kernels.gemm(y, x, w, w.bias(), true, 1);
    }

    @Override
    public String detail() {
        return reason.isEmpty() ? "own matrix kernels" : "own matrix kernels (" + reason + ")";
    }

    @Override
    public void close() {}
}
