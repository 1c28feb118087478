package io.logprobe.engine.backend.cpu;

import static io.logprobe.engine.foreign.ForeignLibrary.called;
import static io.logprobe.engine.foreign.ForeignLibrary.check;
import static io.logprobe.engine.foreign.ForeignLibrary.created;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.logprobe.engine.foreign.ForeignLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/// oneDNN's memory descriptors: type, sizes and layout of a matrix.
@SuppressWarnings("restricted")
final class MatrixDescriptors {

    private static final int MAX_DIMENSIONS = 12;
    private static final int TAG_ANY = 1;

    private static final int QUERY_STRIDES = 14;
    private static final int QUERY_FORMAT_KIND = 262;
    private static final int QUERY_INNER_BLOCK_COUNT = 263;
    private static final int QUERY_INNER_BLOCKS = 264;
    private static final int QUERY_INNER_DIMENSIONS = 265;
    private static final int FORMAT_BLOCKED = 2;

    private final MethodHandle createWithStrides;
    private final MethodHandle createWithTag;
    private final MethodHandle clone;
    private final MethodHandle destroy;
    private final MethodHandle size;
    private final MethodHandle query;

    MatrixDescriptors(ForeignLibrary library) {
        createWithStrides =
                library.status("dnnl_memory_desc_create_with_strides", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
        createWithTag =
                library.status("dnnl_memory_desc_create_with_tag", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
        clone = library.status("dnnl_memory_desc_clone", ADDRESS, ADDRESS);
        destroy = library.status("dnnl_memory_desc_destroy", ADDRESS);
        size = library.function("dnnl_memory_desc_get_size", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        query = library.status("dnnl_memory_desc_query", ADDRESS, JAVA_INT, ADDRESS);
    }

    /// A dense or strided descriptor.
    MemorySegment strided(int type, long[] dimensions, long[] strides) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment dims = dimensions(arena, dimensions);
            MemorySegment steps = dimensions(arena, strides);
            return created("dnnl_memory_desc_create_with_strides", out ->
                    (int) createWithStrides.invokeExact(out, dimensions.length, dims, type, steps));
        }
    }

    /// A descriptor whose layout the primitive chooses.
    MemorySegment ofAnyLayout(int type, long... dimensions) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment dims = dimensions(arena, dimensions);
            return created("dnnl_memory_desc_create_with_tag", out ->
                    (int) createWithTag.invokeExact(out, dimensions.length, dims, type, TAG_ANY));
        }
    }

    private static MemorySegment dimensions(Arena arena, long[] values) {
        MemorySegment segment = arena.allocate(JAVA_LONG, MAX_DIMENSIONS);
        MemorySegment.copy(values, 0, segment, JAVA_LONG, 0, values.length);
        return segment;
    }

    MemorySegment cloned(MemorySegment descriptor) {
        return created("dnnl_memory_desc_clone", out -> (int) clone.invokeExact(out, descriptor));
    }

    void destroy(MemorySegment descriptor) {
        check("dnnl_memory_desc_destroy", () -> (int) destroy.invokeExact(descriptor));
    }

    long size(MemorySegment descriptor) {
        return called(() -> (long) size.invokeExact(descriptor));
    }

    /// How a two-dimensional descriptor lays out its elements; null where it does not say.
    BlockedLayout blockedLayout(MemorySegment descriptor) {
        if (number(descriptor, QUERY_FORMAT_KIND) != FORMAT_BLOCKED) {
            return null;
        }
        int blocks = number(descriptor, QUERY_INNER_BLOCK_COUNT);
        return new BlockedLayout(
                numbers(descriptor, QUERY_STRIDES, 2),
                Arrays.stream(numbers(descriptor, QUERY_INNER_BLOCKS, blocks))
                        .mapToInt(Math::toIntExact)
                        .toArray(),
                Arrays.stream(numbers(descriptor, QUERY_INNER_DIMENSIONS, blocks))
                        .mapToInt(Math::toIntExact)
                        .toArray());
    }

    private int number(MemorySegment descriptor, int what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check("dnnl_memory_desc_query", () -> (int) query.invokeExact(descriptor, what, out));
            return out.get(JAVA_INT, 0);
        }
    }

    private long[] numbers(MemorySegment descriptor, int what, int count) {
        MemorySegment array = created("dnnl_memory_desc_query", out -> (int) query.invokeExact(descriptor, what, out));
        return array.reinterpret((long) count * JAVA_LONG.byteSize()).toArray(JAVA_LONG);
    }
}
