package io.logprobe.engine.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import jcuda.driver.CUevent;
import jcuda.driver.CUstream;

/// Brings large data to the device through pinned buffers in a stream of its own: while one buffer is on its way, the
/// next is filled. [#upload] returns when the source has been read; the copies may still be under way.
///
/// Safe for concurrent use; uploads come one after the other.
final class Staging implements AutoCloseable {

    private static final int BUFFERS = 3;

    /// One thread copies about as fast as a quarter of what a PCIe 5 link takes.
    private static final long SLICE = 4L << 20;

    private final CudaDriver driver;
    private final CUstream stream;
    private final MemorySegment[] buffers = new MemorySegment[BUFFERS];
    private final CUevent[] sent = new CUevent[BUFFERS];
    private int next;
    private boolean closed;

    /// @param bytes of each of the buffers
    Staging(CudaDriver driver, CUstream stream, long bytes) {
        this.driver = driver;
        this.stream = stream;
        for (int i = 0; i < BUFFERS; i++) {
            buffers[i] = driver.allocatePinned(bytes);
            sent[i] = driver.event();
        }
    }

    /// Greatest number of such rows that one buffer takes.
    long rowsAtOnce(long rowBytes) {
        return buffers[0].byteSize() / rowBytes;
    }

    /// Copies dense rows to rows that are `pitch` bytes apart on the device.
    synchronized void upload(MemorySegment source, long rowBytes, long rows, long target, long pitch) {
        requireOpen();
        if (rowBytes == pitch) {
            uploadDense(source, rowBytes * rows, target);
            return;
        }
        long atOnce = rowsAtOnce(rowBytes);
        if (atOnce == 0) {
            throw new IllegalArgumentException("a row of " + rowBytes + " bytes does not fit into a staging buffer");
        }
        for (long row = 0; row < rows; row += atOnce) {
            long count = Math.min(atOnce, rows - row);
            int buffer = filled(source.asSlice(row * rowBytes, count * rowBytes));
            driver.copyRowsToDevice(buffers[buffer], rowBytes, count, target + row * pitch, pitch, stream);
            driver.record(sent[buffer], stream);
        }
    }

    /// Does something with the stream, which exists no longer than this object is open.
    synchronized <T> T whileOpen(Supplier<T> work) {
        requireOpen();
        return work.get();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the device has been closed");
        }
    }

    private void uploadDense(MemorySegment source, long bytes, long target) {
        long atOnce = buffers[0].byteSize();
        for (long offset = 0; offset < bytes; offset += atOnce) {
            long count = Math.min(atOnce, bytes - offset);
            int buffer = filled(source.asSlice(offset, count));
            driver.copyToDevice(buffers[buffer], target + offset, count, stream);
            driver.record(sent[buffer], stream);
        }
    }

    /// Number of the buffer that now holds the data.
    private int filled(MemorySegment source) {
        int buffer = next;
        next = (next + 1) % BUFFERS;
        driver.synchronize(sent[buffer]);
        copy(source, buffers[buffer]);
        return buffer;
    }

    /// Copies with several threads where that pays.
    @SuppressWarnings("restricted")
    private static void copy(MemorySegment source, MemorySegment target) {
        long bytes = source.byteSize();
        if (bytes <= SLICE || !source.isNative()) {
            MemorySegment.copy(source, 0, target, 0, bytes);
            return;
        }
        // The source may belong to the calling thread, which waits here.
        MemorySegment shared = MemorySegment.ofAddress(source.address()).reinterpret(bytes);
        LongStream.range(0, Math.ceilDiv(bytes, SLICE)).parallel().forEach(i -> {
            long offset = i * SLICE;
            MemorySegment.copy(shared, offset, target, offset, Math.min(SLICE, bytes - offset));
        });
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (int i = 0; i < BUFFERS; i++) {
            driver.synchronize(sent[i]);
            driver.destroy(sent[i]);
            driver.freePinned(buffers[i]);
        }
    }
}
