package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.failure.InsufficientMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jcuda.driver.CUevent;

/// Device memory within a budget. What is freed is kept and given out again at the same size, in the order of the
/// streams: giving memory back and taking it again waits for nobody, so weights can be replaced while the device
/// computes.
///
/// Safe for concurrent use.
final class DeviceMemory implements AutoCloseable {

    /// Sizes are rounded up to this, so that near sizes share.
    private static final long GRANULE = 512;

    /// The driver gives large memory out in pages of this size.
    private static final long PAGE = 2L << 20;

    /// Memory whose last user comes before `last` in the computing stream.
    private record Free(long address, CUevent last) {}

    private final CudaDriver driver;
    private final CudaDriver.Stream compute;
    private final long budget;
    private final Map<Long, Long> live = new HashMap<>(); // bytes by address
    private final Map<Long, Deque<Free>> kept = new HashMap<>(); // by bytes
    private long liveBytes;
    private long keptBytes;

    /// @param compute the stream that computes; memory is freed in its order
    /// @param budget bytes
    DeviceMemory(CudaDriver driver, CudaDriver.Stream compute, long budget) {
        this.driver = driver;
        this.compute = compute;
        this.budget = budget;
    }

    /// What memory of that size takes.
    static long footprint(long bytes) {
        long step = bytes < PAGE / 2 ? GRANULE : PAGE;
        return Math.max(1, Math.ceilDiv(bytes, step)) * step;
    }

    long allocate(long bytes, String purpose) {
        return allocate(bytes, compute, purpose);
    }

    /// Memory that `user` may write from now on.
    ///
    /// @throws InsufficientMemory saying what it was for
    synchronized long allocate(long bytes, CudaDriver.Stream user, String purpose) {
        long size = footprint(bytes);
        Deque<Free> sameSize = kept.get(size);
        long address;
        if (sameSize != null && !sameSize.isEmpty()) {
            address = taken(sameSize.removeFirst(), user);
            keptBytes -= size;
        } else {
            address = fresh(size, purpose);
        }
        live.put(address, size);
        liveBytes += size;
        return address;
    }

    private long taken(Free free, CudaDriver.Stream user) {
        if (!user.equals(compute)) {
            driver.waitFor(user, free.last());
        }
        driver.destroy(free.last());
        return free.address();
    }

    private long fresh(long size, String purpose) {
        if (liveBytes + keptBytes + size > budget) {
            release();
        }
        long address = liveBytes + size > budget ? 0 : driver.allocate(size);
        if (address == 0) {
            release();
            address = liveBytes + size > budget ? 0 : driver.allocate(size);
        }
        if (address == 0) {
            throw new InsufficientMemory("device memory: " + purpose + " takes " + mebibytes(size) + ", but "
                    + mebibytes(liveBytes) + " of the budget of " + mebibytes(budget) + " are in use and "
                    + mebibytes(driver.freeBytes()) + " are free on the device");
        }
        return address;
    }

    /// Frees after everything that the computing stream has been given so far.
    synchronized void free(long address) {
        Long size = live.remove(address);
        if (size == null) {
            throw new IllegalStateException("freed twice: 0x" + Long.toHexString(address));
        }
        liveBytes -= size;
        keptBytes += size;
        driver.makeCurrent();
        CUevent last = driver.event();
        driver.record(last, compute);
        kept.computeIfAbsent(size, s -> new ArrayDeque<>()).addLast(new Free(address, last));
    }

    /// Gives what is kept back to the device.
    private void release() {
        List<Free> all = new ArrayList<>();
        kept.values().forEach(all::addAll);
        for (Free free : all) {
            driver.synchronize(free.last());
            driver.destroy(free.last());
            driver.free(free.address());
        }
        kept.clear();
        keptBytes = 0;
    }

    /// As [CudaDriver#makeCurrent].
    void makeCurrent() {
        driver.makeCurrent();
    }

    /// Bytes in use.
    synchronized long used() {
        return liveBytes;
    }

    long budget() {
        return budget;
    }

    /// Frees everything, in use or not.
    @Override
    public synchronized void close() {
        release();
        live.keySet().forEach(driver::free);
        live.clear();
        liveBytes = 0;
    }

    private static String mebibytes(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20) + " MiB";
    }
}
