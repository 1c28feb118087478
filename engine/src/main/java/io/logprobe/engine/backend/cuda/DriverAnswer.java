package io.logprobe.engine.backend.cuda;

import java.util.List;

/// What the machine says when asked for GPUs.
sealed interface DriverAnswer {

    /// There is no driver library.
    record NoDriver() implements DriverAnswer {}

    /// The driver or JCuda does not start.
    record Failed(String reason) implements DriverAnswer {}

    /// A driver and its GPUs, none perhaps.
    ///
    /// @param version 1000 · major + 10 · minor of the newest CUDA that the driver supports
    record Found(int version, List<Device> devices) implements DriverAnswer {}

    /// A GPU; memory in bytes.
    record Device(int ordinal, String name, int computeMajor, int computeMinor, long freeBytes, long totalBytes) {}
}
