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
        MemorySegment postOps = oneDnn.postOps();
        MemorySegment attributes = oneDnn.attributes(postOps);
        MemorySegment described = oneDnn.reorder(source, layout.descriptor(), attributes);
        MemorySegment primitive = oneDnn.primitive(described);
        MemorySegment scratchpad = oneDnn.query(described, OneDnn.QUERY_SCRATCHPAD);
        MemorySegment stream = oneDnn.stream();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment[] memories = {
                oneDnn.memory(source, weight.data()),
                oneDnn.memory(layout.descriptor(), packed),
                oneDnn.memory(scratchpad, arena.allocate(Math.max(oneDnn.size(scratchpad), 1), 64))
            };
            int[] kinds = {OneDnn.ARGUMENT_SOURCE, OneDnn.ARGUMENT_DESTINATION, OneDnn.ARGUMENT_SCRATCHPAD};
            oneDnn.execute(primitive, stream, kinds.length, OneDnn.arguments(arena, kinds, memories));
            for (MemorySegment memory : memories) {
                oneDnn.destroyMemory(memory);
            }
        }
        oneDnn.destroyStream(stream);
        oneDnn.destroyPrimitive(primitive);
        oneDnn.destroyPrimitiveDescriptor(described);
        oneDnn.destroyAttributes(attributes);
        oneDnn.destroyPostOps(postOps);
        oneDnn.destroyDescriptor(source);
    }

    /// Multiplies one whole block.
    ///
    /// @param source rows of the operands' type, `sourceStride` elements apart
    void multiply(
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
        layouts.values().forEach(layout -> oneDnn.destroyDescriptor(layout.descriptor()));
    }
}
