package io.logprobe.engine.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Small arrays between the host and the computing stream. What was brought to the device is valid for the work that is
/// started next, and no longer than until a later upload needs the place: the ring is emptied when it is full.
///
/// For the thread that computes.
final class Transfers implements AutoCloseable {

    private static final long ALIGNMENT = 256;

    private final CudaDriver driver;
    private final DeviceMemory memory;
    private final CudaDriver.Stream stream;
    private MemorySegment host; // pinned, the same places as on the device
    private long device;
    private long used;
    private MemorySegment back; // pinned

    Transfers(CudaDriver driver, DeviceMemory memory, CudaDriver.Stream stream, long bytes) {
        this.driver = driver;
        this.memory = memory;
        this.stream = stream;
        host = driver.allocatePinned(bytes);
        device = memory.allocate(bytes, "the transfer ring");
        back = driver.allocatePinned(bytes);
    }

    /// Makes room for everything that one launch needs, so that none of it replaces another.
    void reserve(long elements, int arrays) {
        long bytes = elements * Integer.BYTES + arrays * ALIGNMENT;
        if (used + bytes <= host.byteSize()) {
            return;
        }
        driver.synchronize(stream);
        used = 0;
        if (bytes > host.byteSize()) {
            driver.freePinned(host);
            memory.free(device);
            host = driver.allocatePinned(2 * bytes);
            device = memory.allocate(2 * bytes, "the transfer ring");
        }
    }

    /// Address of a copy on the device.
    long upload(int[] values, int first, int count) {
        MemorySegment.copy(values, first, host, ValueLayout.JAVA_INT, used, count);
        return sent(count);
    }

    long upload(float[] values, int first, int count) {
        MemorySegment.copy(values, first, host, ValueLayout.JAVA_FLOAT, used, count);
        return sent(count);
    }

    /// Copies an array to memory of its own.
    void store(int[] values, long target) {
        reserve(values.length, 1);
        long bytes = (long) values.length * Integer.BYTES;
        MemorySegment.copy(values, 0, host, ValueLayout.JAVA_INT, used, values.length);
        if (bytes > 0) {
            driver.copyToDevice(host.asSlice(used, bytes), target, bytes, stream);
        }
        used += Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    }

    private long sent(int count) {
        long bytes = (long) count * Integer.BYTES;
        long address = device + used;
        if (count > 0) {
            driver.copyToDevice(host.asSlice(used, bytes), address, bytes, stream);
        }
        used += Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
        return address;
    }

    /// Waits for the computing stream and returns a copy of device memory, valid until the next call.
    MemorySegment read(long address, long bytes) {
        if (bytes > back.byteSize()) {
            driver.freePinned(back);
            back = driver.allocatePinned(2 * bytes);
        }
        driver.copyToHost(address, back, bytes, stream);
        driver.synchronize(stream);
        return back.asSlice(0, bytes);
    }

    @Override
    public void close() {
        driver.freePinned(host);
        driver.freePinned(back);
        memory.free(device);
    }
}
