package io.logprobe.engine.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Moves rows of a tensor from its file into the caller's memory, converting the elements on the way.
final class TensorReader {

    /// Converted piece by piece, so that a piece is still in the processor's cache when it is converted.
    private static final long CHUNK_BYTES = 256 << 10;

    private final StoredTensor tensor;
    private final FloatFormat format;

    private TensorReader(StoredTensor tensor, FloatFormat format) {
        this.tensor = tensor;
        this.format = format;
    }

    /// Reads `rowCount` indices of the first dimension into `destination`, row by row.
    static void read(StoredTensor tensor, long firstRow, long rowCount, MemorySegment destination, FloatFormat format) {
        TensorReader reader = new TensorReader(tensor, format);
        long rowElements = tensor.info().rowElements();
        switch (tensor.layout()) {
            case Layout.RowMajor() -> reader.inOrder(firstRow * rowElements, rowCount * rowElements, destination);
            case Layout.Strided(List<Long> strides) -> reader.strided(strides, firstRow, rowCount, destination);
        }
    }

    private void inOrder(long first, long count, MemorySegment destination) {
        StoredType type = tensor.info().type();
        long start = tensor.offset() + type.byteSize(first);
        if (format.isStoredAs(type)) {
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
                convert(bytes, elements, destination.asSlice(done * format.bytes()));
                done += elements;
            }
        }
    }

    private void convert(MemorySegment source, long count, MemorySegment destination) {
        switch (tensor.info().type()) {
            case F32 -> FloatConversion.float32ToBfloat16(source, destination, count);
            case BF16 -> FloatConversion.bfloat16ToFloat32(source, destination, count);
            case F16 -> {
                switch (format) {
                    case FLOAT32 -> FloatConversion.float16ToFloat32(source, destination, count);
                    case BFLOAT16 -> FloatConversion.float16ToBfloat16(source, destination, count);
                }
            }
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K, F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
                throw new IllegalArgumentException(
                        "no conversion from " + tensor.info().type());
        }
    }

    /// Reads everything between the first and the last element of the rows and picks the elements out of it. Only
    /// pickled tensors are strided, and nearly none of those.
    private void strided(List<Long> strides, long firstRow, long rowCount, MemorySegment destination) {
        List<Long> shape = tensor.info().shape();
        if (rowCount == 0 || shape.contains(0L)) {
            return;
        }
        int size = tensor.info().type().blockBytes();
        long span = 1 + (rowCount - 1) * strides.getFirst();
        for (int i = 1; i < shape.size(); i++) {
            span += (shape.get(i) - 1) * strides.get(i);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(Math.multiplyExact(span, size), Long.BYTES);
            tensor.file().read(source, tensor.offset() + firstRow * strides.getFirst() * size);
            gather(source, 0, strides, 0, rowCount, destination, 0);
        }
    }

    /// Copies `count` indices of one dimension and everything below them.
    ///
    /// @return index in the destination after the last element
    private long gather(
            MemorySegment source,
            long position,
            List<Long> strides,
            int dimension,
            long count,
            MemorySegment destination,
            long next) {
        boolean innermost = dimension == strides.size() - 1;
        long stride = strides.get(dimension);
        long end = next;
        for (long i = 0; i < count; i++) {
            long at = position + i * stride;
            if (innermost) {
                put(destination, end++, element(source, at));
            } else {
                long below = tensor.info().shape().get(dimension + 1);
                end = gather(source, at, strides, dimension + 1, below, destination, end);
            }
        }
        return end;
    }

    private float element(MemorySegment source, long position) {
        StoredType type = tensor.info().type();
        return switch (type) {
            case F32 -> source.getAtIndex(JAVA_FLOAT_UNALIGNED, position);
            case F16 -> Float.float16ToFloat(source.getAtIndex(JAVA_SHORT_UNALIGNED, position));
            case BF16 -> FloatConversion.bfloat16ToFloat32(source.getAtIndex(JAVA_SHORT_UNALIGNED, position));
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K, F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
                throw new IllegalArgumentException("no conversion from " + type);
        };
    }

    private void put(MemorySegment destination, long index, float value) {
        switch (format) {
            case FLOAT32 -> destination.setAtIndex(JAVA_FLOAT_UNALIGNED, index, value);
            case BFLOAT16 ->
                destination.setAtIndex(JAVA_SHORT_UNALIGNED, index, FloatConversion.float32ToBfloat16(value));
        }
    }
}
