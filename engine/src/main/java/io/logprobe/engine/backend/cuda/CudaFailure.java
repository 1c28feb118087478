package io.logprobe.engine.backend.cuda;

/// The driver has refused a call, or reports the failure of earlier work.
final class CudaFailure extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    CudaFailure(String message) {
        super(message);
    }
}
