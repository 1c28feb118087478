package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.Activation;
import java.util.Optional;

/// Products by the engine's own kernels, for hosts without cuBLAS.
///
/// @param reason why not by cuBLAS; empty where it is not wanted
record KernelGemm(Kernels kernels, String reason) implements Gemm {

    @Override
    public void store(DeviceMatrix x, DeviceLinear w, DeviceMatrix y) {
        kernels.gemm(y, x, w, w.bias(), false, 1);
    }

    @Override
    public void storeRelu(DeviceMatrix x, DeviceLinear w, DeviceMatrix y) {
        store(x, w, y);
        kernels.activate(y, y, 0, Activation.RELU);
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
    public Optional<String> slowness() {
        return reason.isEmpty() ? Optional.empty() : Optional.of(reason + "; own matrix kernels multiply, slower");
    }

    @Override
    public void close() {}
}
