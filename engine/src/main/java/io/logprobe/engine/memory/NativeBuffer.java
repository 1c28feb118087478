package io.logprobe.engine.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.logprobe.engine.failure.InsufficientMemory;
import io.logprobe.engine.failure.Rethrown;
import io.logprobe.engine.foreign.ForeignLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Zeroed native memory outside the Java heap, in huge pages where Linux grants them: a page fault costs
/// microseconds, which for gigabytes of weights in pages of 4 KiB adds up to seconds. What is too small for a huge page
/// is touched at once, by one call.
///
/// The memory is at least 64 bytes aligned, and 2 MiB aligned from that size on. Its segment is unchecked against
/// [#close], as checks would cost in the inner loops.
@SuppressWarnings("restricted")
public final class NativeBuffer implements AutoCloseable {

    private static final long PAGE = 4 << 10;
    private static final long HUGE_PAGE = 2 << 20;
    /// What fills at least so much of a huge page gets all of it.
    private static final long MOST_OF_A_HUGE_PAGE = HUGE_PAGE / 4 * 3;

    // <sys/mman.h> on Linux
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final long MAP_FAILED = -1;
    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_POPULATE_WRITE = 23; // since Linux 5.14

    private static final ForeignLibrary LIBC =
            new ForeignLibrary("libc", Linker.nativeLinker().defaultLookup());
    private static final MethodHandle MMAP = LIBC.function(
            "mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = LIBC.status("munmap", ADDRESS, JAVA_LONG);
    private static final MethodHandle MADVISE = LIBC.status("madvise", ADDRESS, JAVA_LONG, JAVA_INT);

    private final long mapped;
    private MemorySegment data;

    private NativeBuffer(long address, long bytes, long mapped) {
        this.data = MemorySegment.ofAddress(address).reinterpret(bytes);
        this.mapped = mapped;
    }

    /// Memory of zeros.
    ///
    /// @throws InsufficientMemory when the system refuses
    public static NativeBuffer allocate(long bytes) {
        long mapped = footprint(bytes);
        long start = mapped < HUGE_PAGE ? map(mapped) : mapAligned(mapped);
        long huge = mapped / HUGE_PAGE * HUGE_PAGE;
        if (huge > 0) {
            advise(start, mapped, MADV_HUGEPAGE);
        }
        if (mapped - huge > PAGE) {
            advise(start + huge, mapped - huge, MADV_POPULATE_WRITE);
        }
        return new NativeBuffer(start, bytes, mapped);
    }

    /// What an allocation of `bytes` bytes takes.
    public static long footprint(long bytes) {
        long tail = bytes % HUGE_PAGE;
        return tail >= MOST_OF_A_HUGE_PAGE ? bytes - tail + HUGE_PAGE : Math.max(1, Math.ceilDiv(bytes, PAGE)) * PAGE;
    }

    private static long mapAligned(long bytes) {
        long start = map(bytes + HUGE_PAGE);
        long aligned = Math.ceilDiv(start, HUGE_PAGE) * HUGE_PAGE;
        // A mapping that ends with the data gets no huge page for its last, partial one.
        unmap(start, aligned - start);
        unmap(aligned + bytes, start + HUGE_PAGE - aligned);
        return aligned;
    }

    /// A kernel that does not know the advice goes without it.
    private static void advise(long address, long bytes, int advice) {
        try {
            var unused = (int) MADVISE.invokeExact(MemorySegment.ofAddress(address), bytes, advice);
        } catch (Throwable e) {
            throw Rethrown.unchecked(e);
        }
    }

    private static long map(long bytes) {
        try {
            var start = (MemorySegment)
                    MMAP.invokeExact(MemorySegment.NULL, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
            if (start.address() == MAP_FAILED) {
                throw new InsufficientMemory("the system refuses " + bytes + " bytes of memory");
            }
            return start.address();
        } catch (Throwable e) {
            throw Rethrown.unchecked(e);
        }
    }

    private static void unmap(long address, long bytes) {
        if (bytes == 0) {
            return;
        }
        try {
            ForeignLibrary.check("munmap", (int) MUNMAP.invokeExact(MemorySegment.ofAddress(address), bytes));
        } catch (Throwable e) {
            throw Rethrown.unchecked(e);
        }
    }

    /// The memory; empty after [#close].
    public MemorySegment data() {
        return data;
    }

    /// Gives the memory back. Nobody may use it any more.
    @Override
    public void close() {
        if (data.address() != 0) {
            unmap(data.address(), mapped);
            data = MemorySegment.NULL;
        }
    }
}
