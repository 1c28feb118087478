package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.cuda.DriverAnswer.Device;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Whether this machine can run the backend, and why not.
sealed interface CudaSupport {

    /// The driver must take PTX 8.0.
    int MIN_DRIVER = 12_000;

    int MIN_COMPUTE_MAJOR = 8;

    /// What the backend itself takes, with a little room for the smallest model.
    long MIN_FREE_BYTES = 1L << 30;

    /// The GPUs that can be used, the one with the most free memory first.
    record Usable(List<Device> devices, int driverVersion) implements CudaSupport {

        public Usable {
            devices = List.copyOf(devices);
        }
    }

    /// No GPU can be used.
    ///
    /// @param reason for people, on one line
    record Unusable(String reason) implements CudaSupport {}

    /// The usable devices.
    static CudaSupport decide(DriverAnswer answer) {
        return switch (answer) {
            case DriverAnswer.NoDriver() -> new Unusable("there is no NVIDIA driver (libcuda.so.1)");
            case DriverAnswer.Failed(String reason) -> new Unusable(reason);
            case DriverAnswer.Found(int version, List<Device> devices) -> decide(version, devices);
        };
    }

    private static CudaSupport decide(int version, List<Device> devices) {
        if (version < MIN_DRIVER) {
            return new Unusable("the NVIDIA driver is too old: it supports CUDA " + version(version) + ", "
                    + version(MIN_DRIVER) + " is needed");
        }
        if (devices.isEmpty()) {
            return new Unusable("the NVIDIA driver finds no GPU");
        }
        List<Device> usable = devices.stream()
                .filter(device -> defect(device) == null)
                .sorted(Comparator.comparingLong(Device::freeBytes).reversed().thenComparing(Device::ordinal))
                .toList();
        return usable.isEmpty()
                ? new Unusable(devices.stream().map(CudaSupport::defect).collect(Collectors.joining("; ")))
                : new Usable(usable, version);
    }

    /// Why a device cannot be used, or null.
    private static String defect(Device device) {
        String name = "GPU " + device.ordinal() + ", " + device.name() + ", ";
        if (device.computeMajor() < MIN_COMPUTE_MAJOR) {
            return name + "has compute capability " + device.computeMajor() + "." + device.computeMinor() + ", "
                    + MIN_COMPUTE_MAJOR + ".0 is needed";
        }
        if (device.freeBytes() < MIN_FREE_BYTES) {
            return name + "has " + (device.freeBytes() >> 20) + " MiB of its " + (device.totalBytes() >> 20)
                    + " MiB free, others have taken the rest; " + (MIN_FREE_BYTES >> 20) + " MiB are needed";
        }
        return null;
    }

    static String version(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }
}
