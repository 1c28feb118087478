package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.WeightRows;
import io.logprobe.engine.failure.Rethrown;
import io.logprobe.engine.memory.NativeBuffer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import jcuda.driver.CUevent;
import jcuda.driver.CUstream;

/// Brings large data to the device through pinned buffers in a stream of its own: while some are on their way, the next
/// is filled. [#upload] returns when the source has been read; the copies may still be under way.
///
/// Safe for concurrent use. Who fills a buffer has it for himself and holds up nobody else, however slow his disk is.
final class Staging implements AutoCloseable {

    /// One is filled and one is on its way, of each of those who bring weights, embeddings and tables.
    private static final int BUFFERS = 3;

    /// One thread copies about as fast as a quarter of what a PCIe 5 link takes.
    private static final long SLICE = 4L << 20;

    private static final int PROBE_BYTES = 64;

    /// @param sent when the last copy from here has ended
    private record Buffer(MemorySegment memory, CUevent sent) {}

    /// Fills memory with whole rows.
    private interface Filling {
        void fill(long firstRow, MemorySegment memory);
    }

    private final CudaDriver driver;
    private final CUstream stream;
    private final long bufferBytes;
    private final boolean readable;
    private final List<Buffer> buffers = new ArrayList<>();
    private final Deque<Buffer> free = new ArrayDeque<>(); // the one that was sent first comes first
    private boolean closed;

    /// @param bytes of each of the buffers
    Staging(CudaDriver driver, CUstream stream, long bytes) {
        this(driver, stream, bytes, Staging::isReadable);
    }

    /// @param readable whether files can be read into memory
    Staging(CudaDriver driver, CUstream stream, long bytes, Predicate<MemorySegment> readable) {
        this.driver = driver;
        this.stream = stream;
        this.bufferBytes = bytes;
        for (int i = 0; i < BUFFERS; i++) {
            buffers.add(new Buffer(driver.allocatePinned(bytes), driver.event()));
        }
        free.addAll(buffers);
        this.readable = readable.test(buffers.getFirst().memory());
    }

    /// Whether files can be read into such memory: some sandboxes refuse it for what a driver has mapped.
    static boolean isReadable(MemorySegment memory) {
        try (FileChannel any = FileChannel.open(Path.of("/proc/self/exe"))) {
            return any.read(memory.asSlice(0, PROBE_BYTES).asByteBuffer(), 0) == PROBE_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    /// Whether rows are read to where they are sent from, not copied there.
    boolean readsDirectly() {
        return readable;
    }

    /// Brings rows that are read to rows that are `pitch` bytes apart on the device.
    void upload(WeightRows source, long rowBytes, int rows, long target, long pitch) {
        if (readable) {
            upload(
                    rowBytes,
                    rows,
                    target,
                    pitch,
                    (first, memory) -> source.read((int) first, (int) (memory.byteSize() / rowBytes), memory));
        } else {
            uploadCopied(source, rowBytes, rows, target, pitch);
        }
    }

    private void uploadCopied(WeightRows source, long rowBytes, int rows, long target, long pitch) {
        int atOnce = Math.clamp(bufferBytes / rowBytes, 1, rows);
        try (NativeBuffer read = NativeBuffer.allocate(atOnce * rowBytes)) {
            for (int first = 0; first < rows; first += atOnce) {
                int count = Math.min(atOnce, rows - first);
                MemorySegment piece = read.data().asSlice(0, count * rowBytes);
                source.read(first, count, piece);
                upload(piece, rowBytes, count, target + first * pitch, pitch);
            }
        }
    }

    /// Copies dense rows to rows that are `pitch` bytes apart on the device.
    void upload(MemorySegment source, long rowBytes, long rows, long target, long pitch) {
        if (rowBytes == pitch) {
            upload(
                    1,
                    rowBytes * rows,
                    target,
                    1,
                    (first, memory) -> copy(source.asSlice(first, memory.byteSize()), memory));
        } else {
            upload(
                    rowBytes,
                    rows,
                    target,
                    pitch,
                    (first, memory) -> copy(source.asSlice(first * rowBytes, memory.byteSize()), memory));
        }
    }

    private void upload(long rowBytes, long rows, long target, long pitch, Filling filling) {
        long atOnce = bufferBytes / rowBytes;
        if (atOnce == 0) {
            throw new IllegalArgumentException("a row of " + rowBytes + " bytes does not fit into a staging buffer");
        }
        for (long row = 0; row < rows; row += atOnce) {
            long count = Math.min(atOnce, rows - row);
            Buffer buffer = take();
            try {
                driver.synchronize(buffer.sent());
                filling.fill(row, buffer.memory().asSlice(0, count * rowBytes));
                send(buffer, rowBytes, count, target + row * pitch, pitch);
            } finally {
                giveBack(buffer);
            }
        }
    }

    private synchronized Buffer take() {
        try {
            while (free.isEmpty() && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            throw Rethrown.interrupted("data was brought to the device", e);
        }
        requireOpen();
        return free.removeFirst();
    }

    private synchronized void send(Buffer buffer, long rowBytes, long rows, long target, long pitch) {
        requireOpen();
        if (rowBytes == pitch) {
            driver.copyToDevice(buffer.memory(), target, rowBytes * rows, stream);
        } else {
            driver.copyRowsToDevice(buffer.memory(), rowBytes, rows, target, pitch, stream);
        }
        driver.record(buffer.sent(), stream);
    }

    private synchronized void giveBack(Buffer buffer) {
        free.addLast(buffer);
        notifyAll();
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

    /// A buffer that is being filled stays where it is: what a disk holds up may still write to it.
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
        for (Buffer buffer : buffers) {
            if (free.contains(buffer)) {
                driver.synchronize(buffer.sent());
                driver.destroy(buffer.sent());
                driver.freePinned(buffer.memory());
            } else {
                driver.leaveBehind(buffer.memory());
            }
        }
    }
}
