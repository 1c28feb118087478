package io.logprobe.engine.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.Pointer;
import jcuda.driver.CUDA_MEMCPY2D;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmemorytype;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/// One device through JCuda's driver API: memory, streams, events, kernels. Device addresses are plain numbers.
///
/// Every failure is a [CudaFailure] that says what was done; memory that is not there is not a failure. Safe
/// for concurrent use.
///
/// The context is the process's own of this device, which other backends may share: what is left of streams and memory
/// ends with this object, not with the context.
final class CudaDriver implements AutoCloseable {

    private final String owner;
    private final CUdevice device;
    private final CUcontext context;
    private final CUmodule module;
    private final Map<Kernel, CUfunction> functions = new EnumMap<>(Kernel.class);
    private final Map<Long, CUdeviceptr> allocations = new ConcurrentHashMap<>();
    private final Map<Long, HostAddress> pinned = new ConcurrentHashMap<>();
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private volatile Launch lastLaunch;

    /// A device with the kernels loaded.
    ///
    /// @param owner named in every failure: the model
    CudaDriver(int ordinal, String owner, KernelImage image) {
        this.owner = owner;
        device = new CUdevice();
        context = new CUcontext();
        check(JCudaDriver.cuDeviceGet(device, ordinal), "opening device " + ordinal);
        check(JCudaDriver.cuDevicePrimaryCtxRetain(context, device), "opening device " + ordinal);
        try {
            makeCurrent();
            module = load(image);
        } catch (RuntimeException | Error e) {
            JCudaDriver.cuDevicePrimaryCtxRelease(device);
            throw e;
        }
    }

    /// Machine code where the driver takes it, else PTX, which the driver compiles. A driver that loads code no sooner
    /// than it is used refuses a kernel, not the module.
    private CUmodule load(KernelImage image) {
        if (image.machineCode() != null) {
            CUmodule loaded = new CUmodule();
            if (JCudaDriver.cuModuleLoadData(loaded, image.machineCode()) == CUresult.CUDA_SUCCESS) {
                try {
                    findKernels(loaded);
                    return loaded;
                } catch (CudaFailure e) {
                    JCudaDriver.cuModuleUnload(loaded);
                }
            }
        }
        CUmodule compiled = new CUmodule();
        check(JCudaDriver.cuModuleLoadData(compiled, image.ptx()), "compiling the kernels");
        findKernels(compiled);
        return compiled;
    }

    private void findKernels(CUmodule loaded) {
        for (Kernel kernel : Kernel.values()) {
            CUfunction function = new CUfunction();
            check(JCudaDriver.cuModuleGetFunction(function, loaded, kernel.symbol()), "finding " + kernel.symbol());
            functions.put(kernel, function);
        }
    }

    /// What CUDA calls of a thread refer to: to be called once per thread, and cheap.
    void makeCurrent() {
        check(JCudaDriver.cuCtxSetCurrent(context), "using the device");
    }

    /// Device memory, or 0 where the device has no such memory left.
    long allocate(long bytes) {
        Address address = new Address();
        int result = JCudaDriver.cuMemAlloc(address, bytes);
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            return 0;
        }
        check(result, "allocating " + bytes + " bytes");
        allocations.put(address.value(), address);
        return address.value();
    }

    void free(long address) {
        check(JCudaDriver.cuMemFree(allocations.remove(address)), "freeing memory");
    }

    long freeBytes() {
        long[] free = new long[1];
        check(JCudaDriver.cuMemGetInfo(free, new long[1]), "asking for free memory");
        return free[0];
    }

    /// Host memory that copies run from and to without the processor.
    @SuppressWarnings("restricted")
    MemorySegment allocatePinned(long bytes) {
        HostAddress address = new HostAddress();
        check(JCudaDriver.cuMemHostAlloc(address, bytes, 0), "pinning " + bytes + " bytes of host memory");
        pinned.put(address.value(), address);
        return MemorySegment.ofAddress(address.value()).reinterpret(bytes);
    }

    void freePinned(MemorySegment memory) {
        check(JCudaDriver.cuMemFreeHost(pinned.remove(memory.address())), "freeing pinned memory");
    }

    /// Leaves pinned memory that somebody still writes to, and the context that it ends with, to the process.
    void leaveBehind(MemorySegment memory) {
        pinned.remove(memory.address());
        check(JCudaDriver.cuDevicePrimaryCtxRetain(new CUcontext(), device), "keeping the device");
    }

    Stream stream() {
        Stream stream = new Stream();
        check(JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "creating a stream");
        streams.add(stream);
        return stream;
    }

    /// An event that orders work and takes no time.
    CUevent event() {
        CUevent event = new CUevent();
        check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING), "creating an event");
        return event;
    }

    void destroy(CUevent event) {
        check(JCudaDriver.cuEventDestroy(event), "closing an event");
    }

    void record(CUevent event, CUstream stream) {
        check(JCudaDriver.cuEventRecord(event, stream), "recording an event");
    }

    void waitFor(CUstream stream, CUevent event) {
        check(JCudaDriver.cuStreamWaitEvent(stream, event, 0), "ordering streams");
    }

    void synchronize(CUevent event) {
        check(JCudaDriver.cuEventSynchronize(event), "waiting for an event");
    }

    void synchronize(CUstream stream) {
        check(JCudaDriver.cuStreamSynchronize(stream), "waiting for the device");
    }

    void copyToDevice(MemorySegment source, long target, long bytes, CUstream stream) {
        check(
                JCudaDriver.cuMemcpyHtoDAsync(at(target), new HostAddress(source), bytes, stream),
                "copying " + bytes + " bytes to the device");
    }

    void copyToHost(long source, MemorySegment target, long bytes, CUstream stream) {
        check(
                JCudaDriver.cuMemcpyDtoHAsync(new HostAddress(target), at(source), bytes, stream),
                "copying " + bytes + " bytes from the device");
    }

    /// Copies dense rows to rows that are `pitch` bytes apart.
    void copyRowsToDevice(MemorySegment source, long rowBytes, long rows, long target, long pitch, CUstream stream) {
        CUDA_MEMCPY2D copy = rows(rowBytes, rows);
        copy.srcMemoryType = CUmemorytype.CU_MEMORYTYPE_HOST;
        copy.srcHost = new HostAddress(source);
        copy.srcPitch = rowBytes;
        copy.dstMemoryType = CUmemorytype.CU_MEMORYTYPE_DEVICE;
        copy.dstDevice = at(target);
        copy.dstPitch = pitch;
        check(JCudaDriver.cuMemcpy2DAsync(copy, stream), "copying " + rows + " rows to the device");
    }

    /// Copies rows that are `pitch` bytes apart to dense rows.
    void copyRowsToHost(long source, long pitch, long rowBytes, long rows, MemorySegment target, CUstream stream) {
        CUDA_MEMCPY2D copy = rows(rowBytes, rows);
        copy.srcMemoryType = CUmemorytype.CU_MEMORYTYPE_DEVICE;
        copy.srcDevice = at(source);
        copy.srcPitch = pitch;
        copy.dstMemoryType = CUmemorytype.CU_MEMORYTYPE_HOST;
        copy.dstHost = new HostAddress(target);
        copy.dstPitch = rowBytes;
        check(JCudaDriver.cuMemcpy2DAsync(copy, stream), "copying " + rows + " rows from the device");
    }

    /// Copies a matrix to rows that are `pitch` bytes apart, on the device.
    void copyRows(DeviceMatrix source, long target, long pitch, CUstream stream) {
        CUDA_MEMCPY2D copy = rows((long) source.columns() * source.elementBytes(), source.rows());
        copy.srcMemoryType = CUmemorytype.CU_MEMORYTYPE_DEVICE;
        copy.srcDevice = at(source.address());
        copy.srcPitch = (long) source.stride() * source.elementBytes();
        copy.dstMemoryType = CUmemorytype.CU_MEMORYTYPE_DEVICE;
        copy.dstDevice = at(target);
        copy.dstPitch = pitch;
        check(JCudaDriver.cuMemcpy2DAsync(copy, stream), "copying " + source.rows() + " rows on the device");
    }

    private static CUDA_MEMCPY2D rows(long rowBytes, long rows) {
        CUDA_MEMCPY2D copy = new CUDA_MEMCPY2D();
        copy.WidthInBytes = rowBytes;
        copy.Height = rows;
        return copy;
    }

    /// Sets `words` words of four bytes.
    void fill(long address, int word, long words, CUstream stream) {
        check(JCudaDriver.cuMemsetD32Async(at(address), word, words, stream), "filling memory");
    }

    void launch(Launch launch, CUstream stream) {
        lastLaunch = launch;
        Pointer[] parameters =
                launch.parameters().stream().map(CudaDriver::parameter).toArray(Pointer[]::new);
        check(
                JCudaDriver.cuLaunchKernel(
                        functions.get(launch.kernel()),
                        launch.gridX(),
                        launch.gridY(),
                        1,
                        launch.threads(),
                        1,
                        1,
                        0,
                        stream,
                        Pointer.to(parameters),
                        null),
                "starting " + launch);
    }

    private static Pointer parameter(Launch.Parameter parameter) {
        return switch (parameter) {
            case Launch.Parameter.Address address -> Pointer.to(new long[] {address.value()});
            case Launch.Parameter.Int integer -> Pointer.to(new int[] {integer.value()});
            case Launch.Parameter.Long64 integer -> Pointer.to(new long[] {integer.value()});
            case Launch.Parameter.Float32 number -> Pointer.to(new float[] {number.value()});
        };
    }

    /// A failure of earlier work shows at any later call, so the last launch is named too.
    private void check(int result, String doing) {
        if (result != CUresult.CUDA_SUCCESS) {
            String[] text = new String[1];
            JCudaDriver.cuGetErrorString(result, text);
            throw new CudaFailure(owner + ": " + doing + " failed: " + CUresult.stringFor(result) + " (" + text[0] + ")"
                    + (lastLaunch == null ? "" : "; last started: " + lastLaunch));
        }
    }

    /// After a kernel's failure the context serves nobody any more: then it matters most that it is released.
    @Override
    public void close() {
        JCudaDriver.cuCtxSetCurrent(context);
        streams.forEach(JCudaDriver::cuStreamDestroy);
        allocations.values().forEach(JCudaDriver::cuMemFree);
        pinned.values().forEach(JCudaDriver::cuMemFreeHost);
        JCudaDriver.cuModuleUnload(module);
        check(JCudaDriver.cuDevicePrimaryCtxRelease(device), "closing the device");
    }

    private static CUdeviceptr at(long address) {
        return new CUdeviceptr().withByteOffset(address);
    }

    /// A stream whose number other libraries can be given.
    static final class Stream extends CUstream {
        long number() {
            return getNativePointer();
        }
    }

    /// JCuda keeps a pointer's number to itself and its subclasses.
    private static final class Address extends CUdeviceptr {
        long value() {
            return getNativePointer();
        }
    }

    private static final class HostAddress extends Pointer {

        HostAddress() {}

        HostAddress(MemorySegment memory) {
            super(memory.address());
        }

        long value() {
            return getNativePointer();
        }
    }
}
