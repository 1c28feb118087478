package io.logprobe.engine.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Moves rows of a tensor from its file into the caller's memory, in the tensor's order.
final class TensorReader {

    /// Converted piece by piece, so that a piece is still in the processor's cache when it is converted.
    private static final long CHUNK_BYTES = 256 << 10;

    private final StoredTensor tensor;
    private final StoredType type;
    private final FloatFormat format;

    private TensorReader(StoredTensor tensor, FloatFormat format) {
        this.tensor = tensor;
        this.type = tensor.info().type();
        this.format = format;
    }

    /// Reads `rowCount` indices of the first dimension into `destination`, row by row.
    static void read(StoredTensor tensor, long firstRow, long rowCount, MemorySegment destination, FloatFormat format) {
        if (destination.byteSize() == 0) {
            return;
        }
        TensorReader reader = new TensorReader(tensor, format);
        long rowElements = tensor.info().rowElements();
        switch (tensor.layout()) {
            case Layout.RowMajor() -> reader.inOrder(firstRow * rowElements, rowCount * rowElements, destination);
            case Layout.InterleavedHeads heads -> reader.heads(heads, firstRow, rowCount, destination);
            case Layout.GroupedHeads heads -> reader.grouped(heads, firstRow, rowCount, destination);
            case Layout.OneAdded() -> reader.oneAdded(firstRow * rowElements, rowCount * rowElements, destination);
            case Layout.Transposed() -> reader.transposed(firstRow, rowCount, destination);
            case Layout.Strided(List<Long> strides) -> reader.strided(strides, firstRow, rowCount, destination);
        }
    }

    /// Reads `count` elements that lie one after the other, from element `first` on.
    private void inOrder(long first, long count, MemorySegment destination) {
        long start = tensor.offset() + type.byteSize(first);
        if (format.isStoredAs(type)) {
            tensor.file().read(destination, start);
            return;
        }
        long chunk = CHUNK_BYTES / type.blockBytes() * type.blockElements();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(type.byteSize(Math.min(chunk, count)), Long.BYTES);
            ElementConversion conversion = new ElementConversion(type, format, Math.min(chunk, count), arena);
            for (long done = 0; done < count; ) {
                long elements = Math.min(chunk, count - done);
                tensor.file().read(source.asSlice(0, type.byteSize(elements)), start + type.byteSize(done));
                conversion.convert(source, elements, destination.asSlice(done * format.bytes()));
                done += elements;
            }
        }
    }

    /// Reads the bytes of one head after the other and puts each row into its place.
    private void heads(Layout.InterleavedHeads heads, long firstRow, long rowCount, MemorySegment destination) {
        long rowElements = tensor.info().rowElements();
        long rowBytes = type.byteSize(rowElements);
        long targetBytes = rowElements * format.bytes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(heads.headRows() * rowBytes, Long.BYTES);
            ElementConversion conversion = new ElementConversion(type, format, rowElements, arena);
            long loaded = -1;
            for (long row = firstRow; row < firstRow + rowCount; row++) {
                long head = row / heads.headRows() * heads.headRows();
                if (head != loaded) {
                    tensor.file().read(source, tensor.offset() + head * rowBytes);
                    loaded = head;
                }
                MemorySegment stored = source.asSlice((heads.storedRow(row) - head) * rowBytes, rowBytes);
                MemorySegment target = destination.asSlice((row - firstRow) * targetBytes, targetBytes);
                conversion.convert(stored, rowElements, target);
            }
        }
    }

    /// Reads rows that follow each other in the file at once.
    private void grouped(Layout.GroupedHeads heads, long firstRow, long rowCount, MemorySegment destination) {
        long rowElements = tensor.info().rowElements();
        long targetBytes = rowElements * format.bytes();
        for (long done = 0; done < rowCount; ) {
            long row = firstRow + done;
            long run = Math.min(heads.run(row), rowCount - done);
            MemorySegment target = destination.asSlice(done * targetBytes, run * targetBytes);
            inOrder(heads.storedRow(row) * rowElements, run * rowElements, target);
            done += run;
        }
    }

    private void oneAdded(long first, long count, MemorySegment destination) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(count * Float.BYTES, Float.BYTES);
            new TensorReader(tensor, FloatFormat.FLOAT32).inOrder(first, count, values);
            for (long i = 0; i < count; i++) {
                put(destination, i, values.getAtIndex(JAVA_FLOAT_UNALIGNED, i) - 1);
            }
        }
    }

    /// Reads some of the columns, as long as a cache line, at a time.
    private void transposed(long firstRow, long rowCount, MemorySegment destination) {
        long rows = tensor.info().rows();
        long columns = tensor.info().rowElements();
        int columnsAtOnce = 16;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(type.byteSize(rows * columnsAtOnce), Long.BYTES);
            MemorySegment values = arena.allocate(rows * columnsAtOnce * Float.BYTES, Float.BYTES);
            ElementConversion conversion =
                    new ElementConversion(type, FloatFormat.FLOAT32, rows * columnsAtOnce, arena);
            for (long column = 0; column < columns; column += columnsAtOnce) {
                long count = Math.min(columnsAtOnce, columns - column);
                long start = tensor.offset() + type.byteSize(column * rows);
                tensor.file().read(source.asSlice(0, type.byteSize(count * rows)), start);
                conversion.convert(source, count * rows, values);
                for (long row = 0; row < rowCount; row++) {
                    for (long i = 0; i < count; i++) {
                        float value = values.getAtIndex(JAVA_FLOAT_UNALIGNED, i * rows + firstRow + row);
                        put(destination, row * columns + column + i, value);
                    }
                }
            }
        }
    }

    /// Reads everything between the first and the last element of the rows and picks the elements out of it. Only
    /// pickled tensors are strided, and nearly none of those.
    private void strided(List<Long> strides, long firstRow, long rowCount, MemorySegment destination) {
        List<Long> shape = tensor.info().shape();
        int size = type.blockBytes();
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
                put(destination, end++, ElementConversion.element(type, source, at));
            } else {
                long below = tensor.info().shape().get(dimension + 1);
                end = gather(source, at, strides, dimension + 1, below, destination, end);
            }
        }
        return end;
    }

    private void put(MemorySegment destination, long index, float value) {
        switch (format) {
            case FLOAT32 -> destination.setAtIndex(JAVA_FLOAT_UNALIGNED, index, value);
            case BFLOAT16 ->
                destination.setAtIndex(JAVA_SHORT_UNALIGNED, index, FloatConversion.float32ToBfloat16(value));
        }
    }
}
