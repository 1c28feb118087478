package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.backend.WeightRows;
import io.logprobe.engine.memory.BufferPool;
import io.logprobe.engine.memory.NativeBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/// Packs linear layers and multiplies with them. What is compiled for a shape serves all layers of that shape.
final class LinearLayers implements AutoCloseable {

    private static final long ALIGNMENT = 64;
    private static final long PIECE_BYTES = 256 << 10;

    private record Size(int inputs, int outputs) {}

    /// A block of rows, `stride` elements from one to the next.
    private record Rows(int columns, int stride) {}

    private final OneDnn oneDnn = OneDnn.instance();
    private final ComputeType operands;
    private final int type;
    private final int blockRows;
    private final Map<Size, PackedLayout> layouts = new ConcurrentHashMap<>();
    private final Map<Multiplication.Shape, Multiplication> multiplications = new ConcurrentHashMap<>();
    private final Map<Rows, Reorder> roundings = new ConcurrentHashMap<>();
    private final BufferPool staging = new BufferPool();

    LinearLayers(ComputeType operands, int blockRows) {
        this.operands = operands;
        this.type = switch (operands) {
            case FLOAT32 -> OneDnn.FLOAT32;
            case BFLOAT16 -> OneDnn.BFLOAT16;
        };
        this.blockRows = blockRows;
    }

    PackedLinear pack(Weight weight, float[] bias) {
        return pack(weight.outputs(), weight.inputs(), bias, (layout, packed) -> {
            if (layout.packing() == null) {
                reorder(weight, layout, packed);
            } else {
                layout.packing().pack(weight, packed, operands);
            }
        });
    }

    /// Packs rows as they are read, a piece at a time that stays in the core's cache.
    ///
    /// @param dtype of the rows
    PackedLinear pack(int outputs, int inputs, WeightRows rows, ComputeType dtype, float[] bias) {
        return pack(outputs, inputs, bias, (layout, packed) -> {
            if (layout.packing() == null) {
                reorder(outputs, inputs, rows, dtype, layout, packed);
            } else {
                packPieces(outputs, inputs, rows, dtype, layout.packing(), packed);
            }
        });
    }

    private void packPieces(
            int outputs, int inputs, WeightRows rows, ComputeType dtype, WeightPacking packing, MemorySegment packed) {
        long rowBytes = (long) inputs * dtype.bytes();
        int most = pieceRows(outputs, packing, rowBytes);
        try (BufferPool.Loan loan = staging.borrow(most * rowBytes)) {
            for (int first = 0; first < outputs; first += most) {
                int count = Math.min(most, outputs - first);
                MemorySegment data = loan.data().asSlice(0, count * rowBytes);
                rows.read(first, count, data);
                packing.pack(new Weight(data, dtype, count, inputs), first, packed, operands);
            }
        }
    }

    /// oneDNN takes a weight as a whole, and so much memory is not kept for the next one.
    private void reorder(
            int outputs, int inputs, WeightRows rows, ComputeType dtype, PackedLayout layout, MemorySegment packed) {
        try (NativeBuffer whole = NativeBuffer.allocate((long) outputs * inputs * dtype.bytes())) {
            rows.read(0, outputs, whole.data());
            reorder(new Weight(whole.data(), dtype, outputs, inputs), layout, packed);
        }
    }

    /// Whole blocks of outputs, or all of them.
    private static int pieceRows(int outputs, WeightPacking packing, long rowBytes) {
        int blocks = Math.toIntExact(Math.max(1, PIECE_BYTES / rowBytes / packing.outputBlock()));
        return Math.min(outputs, blocks * packing.outputBlock());
    }

    /// What one thread reads at a time.
    long readingBytes(int outputs, int inputs, ComputeType dtype) {
        WeightPacking packing = layout(outputs, inputs).packing();
        long rowBytes = (long) inputs * dtype.bytes();
        return NativeBuffer.footprint(rowBytes * (packing == null ? outputs : pieceRows(outputs, packing, rowBytes)));
    }

    private PackedLayout layout(int outputs, int inputs) {
        return layouts.computeIfAbsent(
                new Size(inputs, outputs),
                size -> PackedLayout.choose(oneDnn, type, size.inputs(), size.outputs(), blockRows));
    }

    private PackedLinear pack(int outputs, int inputs, float[] bias, BiConsumer<PackedLayout, MemorySegment> fill) {
        PackedLayout layout = layout(outputs, inputs);
        long biasStart = Math.ceilDiv(layout.bytes(), ALIGNMENT) * ALIGNMENT;
        NativeBuffer buffer = NativeBuffer.allocate(biasStart + (bias == null ? 0 : 4L * bias.length));
        try {
            fill.accept(layout, buffer.data());
        } catch (RuntimeException | Error e) {
            buffer.close();
            throw e;
        }
        MemorySegment biases = MemorySegment.NULL;
        if (bias != null) {
            biases = buffer.data().asSlice(biasStart);
            MemorySegment.copy(bias, 0, biases, ValueLayout.JAVA_FLOAT, 0, bias.length);
        }
        return new PackedLinear(inputs, outputs, layout, buffer.data(), biases, buffer);
    }

    /// Packs by oneDNN itself.
    void reorder(Weight weight, PackedLayout layout, MemorySegment packed) {
        int stored =
                switch (weight.type()) {
                    case FLOAT32 -> OneDnn.FLOAT32;
                    case BFLOAT16 -> OneDnn.BFLOAT16;
                };
        MemorySegment source = oneDnn.descriptors()
                .strided(stored, new long[] {weight.inputs(), weight.outputs()}, new long[] {1, weight.inputs()});
        MemorySegment stream = oneDnn.stream();
        try (Arena arena = Arena.ofConfined();
                Reorder reorder =
                        new Reorder(oneDnn, source, oneDnn.descriptors().cloned(layout.descriptor()));
                Execution execution = reorder.execution(stream, arena)) {
            Reorder.run(execution, weight.data(), packed);
        }
        oneDnn.destroyStream(stream);
    }

    /// Multiplies one whole block.
    void multiply(ThreadMemory memory, NativeMatrix x, PackedLinear layer, Epilogue epilogue, NativeMatrix y) {
        switch (operands) {
            case FLOAT32 -> multiply(memory, x.data(), x.stride(), layer, epilogue, y);
            case BFLOAT16 -> multiply(memory, rounded(memory, x), x.columns(), layer, epilogue, y);
        }
    }

    /// A whole block as bfloat16, to nearest, ties to even.
    private MemorySegment rounded(ThreadMemory memory, NativeMatrix x) {
        MemorySegment target = memory.operands((long) blockRows * x.columns() * Short.BYTES);
        Rows shape = new Rows(x.columns(), x.stride());
        Reorder rounding = roundings.get(shape);
        if (rounding == null) {
            rounding = roundings.computeIfAbsent(shape, this::rounding);
        }
        Reorder.run(memory.execution(rounding), x.data(), target);
        return target;
    }

    private Reorder rounding(Rows rows) {
        long[] dimensions = {blockRows, rows.columns()};
        return new Reorder(
                oneDnn,
                oneDnn.descriptors().strided(OneDnn.FLOAT32, dimensions, new long[] {rows.stride(), 1}),
                oneDnn.descriptors().strided(type, dimensions, new long[] {rows.columns(), 1}));
    }

    /// @param source rows of the operands' type, `sourceStride` elements apart
    private void multiply(
            ThreadMemory memory,
            MemorySegment source,
            int sourceStride,
            PackedLinear layer,
            Epilogue epilogue,
            NativeMatrix y) {
        Multiplication.Shape shape = new Multiplication.Shape(
                layer.inputs(), layer.outputs(), sourceStride, y.stride(), layer.hasBias(), epilogue);
        Multiplication multiplication = multiplications.get(shape);
        if (multiplication == null) {
            multiplication = multiplications.computeIfAbsent(
                    shape, missing -> new Multiplication(oneDnn, missing, layer.layout(), blockRows));
        }
        multiplication.run(memory.execution(multiplication), source, layer, y.data());
    }

    @Override
    public void close() {
        multiplications.values().forEach(Multiplication::close);
        roundings.values().forEach(Reorder::close);
        staging.close();
        layouts.values().forEach(layout -> oneDnn.descriptors().destroy(layout.descriptor()));
    }
}
