package io.logprobe.engine.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Moves elements from a file into the caller's memory, converting them on the way.
final class TensorReader {

    /// Converted piece by piece, so that a piece is still in the processor's cache when it is converted.
    private static final long CHUNK_BYTES = 256 << 10;

    private TensorReader() {}

    /// Reads `count` consecutive elements from element `first` on.
    static void read(StoredTensor tensor, long first, long count, MemorySegment destination, FloatFormat format) {
        StoredType type = tensor.info().type();
        long start = tensor.offset() + type.byteSize(first);
        if (isStoredAs(type, format)) {
            tensor.file().read(destination, start);
            return;
        }
        long chunk = CHUNK_BYTES / type.blockBytes() * type.blockElements();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(type.byteSize(Math.min(chunk, count)), Long.BYTES);
            for (long done = 0; done < count; ) {
                long elements = Math.min(chunk, count - done);
                MemorySegment bytes = source.asSlice(0, type.byteSize(elements));
                tensor.file().read(bytes, start + type.byteSize(done));
                convert(type, bytes, elements, destination.asSlice(done * format.bytes()), format);
                done += elements;
            }
        }
    }

    private static boolean isStoredAs(StoredType type, FloatFormat format) {
        return switch (format) {
            case FLOAT32 -> type == StoredType.F32;
            case BFLOAT16 -> type == StoredType.BF16;
        };
    }

    private static void convert(
            StoredType type, MemorySegment source, long count, MemorySegment destination, FloatFormat format) {
        boolean wide = format == FloatFormat.FLOAT32;
        switch (type) {
            case F32 -> FloatConversion.float32ToBfloat16(source, destination, count);
            case BF16 -> FloatConversion.bfloat16ToFloat32(source, destination, count);
            case F16 -> {
                if (wide) {
                    FloatConversion.float16ToFloat32(source, destination, count);
                } else {
                    FloatConversion.float16ToBfloat16(source, destination, count);
                }
            }
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K, F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
                throw new IllegalArgumentException("no conversion from " + type);
        }
    }
}
