package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.Epilogue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A compiled product of one block of rows with weights of one shape. Every thread that executes it has a [Call] of its
/// own.
final class Multiplication implements AutoCloseable {

    /// What one multiplication is compiled for.
    ///
    /// @param sourceStride elements from one row to the next
    record Shape(int inputs, int outputs, int sourceStride, int targetStride, boolean bias, Epilogue epilogue) {}

    private final OneDnn oneDnn;
    private final MemorySegment primitiveDescriptor;
    private final MemorySegment primitive;
    private final MemorySegment source;
    private final MemorySegment weights;
    private final MemorySegment bias; // NULL for none
    private final MemorySegment target;

    Multiplication(OneDnn oneDnn, Shape shape, PackedLayout layout, int blockRows) {
        this.oneDnn = oneDnn;
        source = oneDnn.descriptor(
                layout.type(), new long[] {blockRows, shape.inputs()}, new long[] {shape.sourceStride(), 1});
        weights = layout.descriptor();
        bias = shape.bias()
                ? oneDnn.descriptor(OneDnn.FLOAT32, new long[] {1, shape.outputs()}, new long[] {shape.outputs(), 1})
                : MemorySegment.NULL;
        target = oneDnn.descriptor(
                OneDnn.FLOAT32, new long[] {blockRows, shape.outputs()}, new long[] {shape.targetStride(), 1});
        MemorySegment postOps = postOps(shape.epilogue());
        MemorySegment attributes = oneDnn.attributes(postOps);
        primitiveDescriptor = oneDnn.matmul(source, weights, bias, target, attributes);
        primitive = oneDnn.primitive(primitiveDescriptor);
        oneDnn.destroyAttributes(attributes);
        oneDnn.destroyPostOps(postOps);
    }

    private MemorySegment postOps(Epilogue epilogue) {
        MemorySegment postOps = oneDnn.postOps();
        switch (epilogue) {
            case Epilogue.Store() -> {}
            case Epilogue.Add(float scale) -> {
                if (scale != 1) {
                    oneDnn.appendEltwise(postOps, OneDnn.ELTWISE_LINEAR, scale, 0);
                }
                oneDnn.appendSum(postOps);
            }
            case Epilogue.Activate(Activation activation) -> appendActivation(postOps, activation);
        }
        return postOps;
    }

    private void appendActivation(MemorySegment postOps, Activation activation) {
        switch (activation) {
            case RELU -> oneDnn.appendEltwise(postOps, OneDnn.ELTWISE_RELU, 0, 0);
            case RELU_SQUARED -> {
                oneDnn.appendEltwise(postOps, OneDnn.ELTWISE_RELU, 0, 0);
                oneDnn.appendEltwise(postOps, OneDnn.ELTWISE_SQUARE, 0, 0);
            }
            case GELU -> oneDnn.appendEltwise(postOps, OneDnn.ELTWISE_GELU_ERF, 0, 0);
            case GELU_TANH -> oneDnn.appendEltwise(postOps, OneDnn.ELTWISE_GELU_TANH, 0, 0);
            case GELU_SIGMOID -> oneDnn.appendEltwise(postOps, OneDnn.ELTWISE_SWISH, 1.702f, 0);
            case SILU -> oneDnn.appendEltwise(postOps, OneDnn.ELTWISE_SWISH, 1, 0);
        }
    }

    @Override
    public void close() {
        oneDnn.destroyPrimitive(primitive);
        oneDnn.destroyPrimitiveDescriptor(primitiveDescriptor);
        oneDnn.destroyDescriptor(source);
        oneDnn.destroyDescriptor(target);
        if (bias.address() != 0) {
            oneDnn.destroyDescriptor(bias);
        }
    }

    /// One thread's memory objects and argument list.
    final class Call implements AutoCloseable {

        private static final int[] KINDS = {
            OneDnn.ARGUMENT_SOURCE,
            OneDnn.ARGUMENT_WEIGHTS,
            OneDnn.ARGUMENT_DESTINATION,
            OneDnn.ARGUMENT_SCRATCHPAD,
            OneDnn.ARGUMENT_BIAS
        };

        private final MemorySegment[] memories; // in the order of KINDS
        private final MemorySegment arguments;
        private final MemorySegment stream;

        Call(MemorySegment stream, Arena arena) {
            this.stream = stream;
            MemorySegment scratchpad = oneDnn.query(primitiveDescriptor, OneDnn.QUERY_SCRATCHPAD);
            MemorySegment working = arena.allocate(Math.max(oneDnn.size(scratchpad), 1), 64);
            memories = new MemorySegment[bias.address() == 0 ? KINDS.length - 1 : KINDS.length];
            memories[0] = oneDnn.memory(source, MemorySegment.NULL);
            memories[1] = oneDnn.memory(weights, MemorySegment.NULL);
            memories[2] = oneDnn.memory(target, MemorySegment.NULL);
            memories[3] = oneDnn.memory(scratchpad, working);
            if (memories.length == KINDS.length) {
                memories[4] = oneDnn.memory(bias, MemorySegment.NULL);
            }
            arguments = OneDnn.arguments(arena, KINDS, memories);
        }

        void execute(MemorySegment x, PackedLinear layer, MemorySegment y) {
            oneDnn.setData(memories[0], x);
            oneDnn.setData(memories[1], layer.weights());
            oneDnn.setData(memories[2], y);
            if (memories.length == KINDS.length) {
                oneDnn.setData(memories[4], layer.bias());
            }
            oneDnn.execute(primitive, stream, memories.length, arguments);
        }

        @Override
        public void close() {
            for (MemorySegment memory : memories) {
                oneDnn.destroyMemory(memory);
            }
        }
    }
}
