package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.cuda.DriverAnswer.Device;
import io.logprobe.engine.backend.cuda.DriverAnswer.Failed;
import io.logprobe.engine.backend.cuda.DriverAnswer.Found;
import io.logprobe.engine.backend.cuda.DriverAnswer.NoDriver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.CUuuid;
import jcuda.driver.JCudaDriver;

/// Asks the machine for GPUs.
final class DriverProbe {

    private static final int NAME_BYTES = 256;

    /// What kept JCuda from being loaded. The virtual machine tries that once; of the reason it keeps so little
    /// that the missing library may not be named in it any more.
    private static DriverAnswer unloadable;

    private DriverProbe() {}

    static synchronized DriverAnswer ask() {
        if (unloadable != null) {
            return unloadable;
        }
        try {
            // Errors are told by codes, each with what was being done.
            JCudaDriver.setExceptionsEnabled(false);
            int initialised = JCudaDriver.cuInit(0);
            if (initialised == CUresult.CUDA_ERROR_NO_DEVICE) {
                return new Found(CudaSupport.MIN_DRIVER, List.of());
            }
            if (initialised != CUresult.CUDA_SUCCESS) {
                return new Failed("the NVIDIA driver does not start: " + CUresult.stringFor(initialised));
            }
            int[] version = new int[1];
            int[] count = new int[1];
            JCudaDriver.cuDriverGetVersion(version);
            JCudaDriver.cuDeviceGetCount(count);
            List<Device> devices = new ArrayList<>();
            Optional<Nvml> nvml = Nvml.open();
            try {
                for (int ordinal = 0; ordinal < count[0]; ordinal++) {
                    devices.add(device(ordinal, nvml));
                }
            } finally {
                nvml.ifPresent(Nvml::close);
            }
            return new Found(version[0], devices);
        } catch (LinkageError e) {
            unloadable = isLackOfDriver(e) ? new NoDriver() : new Failed("JCuda cannot be loaded: " + firstLine(e));
            return unloadable;
        }
    }

    private static Device device(int ordinal, Optional<Nvml> nvml) {
        CUdevice device = new CUdevice();
        JCudaDriver.cuDeviceGet(device, ordinal);
        byte[] name = new byte[NAME_BYTES];
        JCudaDriver.cuDeviceGetName(name, NAME_BYTES, device);
        int[] major = new int[1];
        int[] minor = new int[1];
        JCudaDriver.cuDeviceGetAttribute(
                major, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
        JCudaDriver.cuDeviceGetAttribute(
                minor, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
        long[] total = new long[1];
        JCudaDriver.cuDeviceTotalMem(total, device);
        String text = new String(name, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        long free = known(device, total[0], nvml).orElseGet(() -> told(device));
        return new Device(ordinal, end < 0 ? text : text.substring(0, end), major[0], minor[0], free, total[0]);
    }

    private static OptionalLong known(CUdevice device, long total, Optional<Nvml> nvml) {
        CUuuid uuid = new CUuuid();
        return nvml.isPresent() && JCudaDriver.cuDeviceGetUuid(uuid, device) == CUresult.CUDA_SUCCESS
                ? nvml.get().freeBytes(uuid.bytes, total)
                : OptionalLong.empty();
    }

    /// The driver tells free memory to a context only; where not even that fits, none is free.
    private static long told(CUdevice device) {
        CUcontext context = new CUcontext();
        if (JCudaDriver.cuDevicePrimaryCtxRetain(context, device) != CUresult.CUDA_SUCCESS) {
            return 0;
        }
        long[] free = new long[1];
        JCudaDriver.cuCtxSetCurrent(context);
        JCudaDriver.cuMemGetInfo(free, new long[1]);
        JCudaDriver.cuDevicePrimaryCtxRelease(device);
        return free[0];
    }

    /// JCuda's message quotes the loader's.
    private static boolean isLackOfDriver(LinkageError e) {
        return String.valueOf(e.getMessage()).contains("libcuda.so.1");
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
