package io.logprobe.engine.memory;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/// Native memory by address, for inner loops.
///
/// A segment that is a constant is known to the compiler in full: it needs neither a profile of the segments that were
/// seen nor a check of their bounds, so that code is good as soon as it is compiled. Nobody checks instead of it: who
/// hands out addresses has checked the sizes before.
@SuppressWarnings("restricted")
public final class NativeMemory {

    /// All of it; an offset is an address.
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private NativeMemory() {}

    public static float getFloat(long address) {
        return ALL.get(JAVA_FLOAT_UNALIGNED, address);
    }

    public static void setFloat(long address, float value) {
        ALL.set(JAVA_FLOAT_UNALIGNED, address, value);
    }
}
