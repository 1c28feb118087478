package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.memory.NativeBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Packs linear layers and multiplies with them. What is compiled for a shape serves all layers of that shape.
final class LinearLayers implements AutoCloseable {

    private static final long ALIGNMENT = 64;

    private record Size(int inputs, int outputs) {}

    private final OneDnn oneDnn = OneDnn.instance();
    private final ComputeType operands;
    private final int type;
    private final int blockRows;
    private final Map<Size, PackedLayout> layouts = new ConcurrentHashMap<>();
    private final Map<Multiplication.Shape, Multiplication> multiplications = new ConcurrentHashMap<>();
    private final Map<Reorder.Rounding, Reorder> roundings = new ConcurrentHashMap<>();
    private final Map<Integer, MemorySegment> operandDescriptors = new ConcurrentHashMap<>(); // by number of columns

    LinearLayers(ComputeType operands, int blockRows) {
        this.operands = operands;
        this.type = switch (operands) {
            case FLOAT32 -> OneDnn.FLOAT32;
            case BFLOAT16 -> OneDnn.BFLOAT16;
        };
        this.blockRows = blockRows;
    }

    PackedLinear pack(Weight weight, float[] bias) {
        PackedLayout layout = layouts.computeIfAbsent(
                new Size(weight.inputs(), weight.outputs()),
                size -> PackedLayout.choose(oneDnn, type, size.inputs(), size.outputs(), blockRows));
        long biasStart = Math.ceilDiv(layout.bytes(), ALIGNMENT) * ALIGNMENT;
        NativeBuffer buffer = NativeBuffer.allocate(biasStart + (bias == null ? 0 : 4L * bias.length));
        if (layout.packing() == null) {
            reorder(weight, layout, buffer.data());
        } else {
            layout.packing().pack(weight, buffer.data(), operands);
        }
        MemorySegment biases = MemorySegment.NULL;
        if (bias != null) {
            biases = buffer.data().asSlice(biasStart);
            MemorySegment.copy(bias, 0, biases, ValueLayout.JAVA_FLOAT, 0, bias.length);
        }
        return new PackedLinear(weight.inputs(), weight.outputs(), layout, buffer.data(), biases, buffer);
    }

    /// Packs by oneDNN itself.
    void reorder(Weight weight, PackedLayout layout, MemorySegment packed) {
        int stored =
                switch (weight.type()) {
                    case FLOAT32 -> OneDnn.FLOAT32;
                    case BFLOAT16 -> OneDnn.BFLOAT16;
                };
        MemorySegment source = oneDnn.descriptor(
                stored, new long[] {weight.inputs(), weight.outputs()}, new long[] {1, weight.inputs()});
        MemorySegment stream = oneDnn.stream();
        try (Arena arena = Arena.ofConfined();
                Reorder reorder = new Reorder(oneDnn, source, layout.descriptor());
                Reorder.Call call = reorder.new Call(stream, arena)) {
            call.execute(weight.data(), packed);
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
        Reorder.Rounding shape = new Reorder.Rounding(blockRows, x.columns(), x.stride());
        Reorder rounding = roundings.get(shape);
        if (rounding == null) {
            rounding = roundings.computeIfAbsent(shape, this::rounding);
        }
        memory.call(rounding).execute(x.data(), target);
        return target;
    }

    private Reorder rounding(Reorder.Rounding shape) {
        MemorySegment target = operandDescriptors.computeIfAbsent(
                shape.columns(),
                columns -> oneDnn.descriptor(type, new long[] {blockRows, columns}, new long[] {columns, 1}));
        MemorySegment source = oneDnn.descriptor(
                OneDnn.FLOAT32, new long[] {shape.rows(), shape.columns()}, new long[] {shape.sourceStride(), 1});
        return new Reorder(oneDnn, source, target);
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
        memory.call(multiplication).execute(source, layer, y.data());
    }

    @Override
    public void close() {
        multiplications.values().forEach(Multiplication::close);
        roundings.values().forEach(Reorder::close);
        operandDescriptors.values().forEach(oneDnn::destroyDescriptor);
        layouts.values().forEach(layout -> oneDnn.destroyDescriptor(layout.descriptor()));
    }
}
