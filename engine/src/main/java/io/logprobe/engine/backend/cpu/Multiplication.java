package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.Epilogue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A compiled product of one block of rows with weights of one shape.
final class Multiplication implements Primitive, AutoCloseable {

    private static final int[] ARGUMENTS = {
        OneDnn.ARGUMENT_SOURCE, OneDnn.ARGUMENT_WEIGHTS, OneDnn.ARGUMENT_DESTINATION, OneDnn.ARGUMENT_BIAS
    };

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
        source = oneDnn.descriptors()
                .strided(layout.type(), new long[] {blockRows, shape.inputs()}, new long[] {shape.sourceStride(), 1});
        weights = layout.descriptor();
        bias = shape.bias()
                ? oneDnn.descriptors()
                        .strided(OneDnn.FLOAT32, new long[] {1, shape.outputs()}, new long[] {shape.outputs(), 1})
                : MemorySegment.NULL;
        target = oneDnn.descriptors()
                .strided(OneDnn.FLOAT32, new long[] {blockRows, shape.outputs()}, new long[] {shape.targetStride(), 1});
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
        oneDnn.descriptors().destroy(source);
        oneDnn.descriptors().destroy(target);
        if (hasBias()) {
            oneDnn.descriptors().destroy(bias);
        }
    }

    @Override
    public Execution execution(MemorySegment stream, Arena arena) {
        MemorySegment[] descriptors = hasBias()
                ? new MemorySegment[] {source, weights, target, bias}
                : new MemorySegment[] {source, weights, target};
        return new Execution(oneDnn, primitiveDescriptor, primitive, stream, arena, ARGUMENTS, descriptors);
    }

    void run(Execution execution, MemorySegment x, PackedLinear layer, MemorySegment y) {
        execution.with(0, x).with(1, layer.weights()).with(2, y);
        if (hasBias()) {
            execution.with(3, layer.bias());
        }
        execution.run();
    }

    private boolean hasBias() {
        return bias.address() != 0;
    }
}
