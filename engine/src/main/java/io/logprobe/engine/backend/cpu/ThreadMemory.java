package io.logprobe.engine.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/// What one thread needs for itself while it computes.
final class ThreadMemory implements AutoCloseable {

    private final OneDnn oneDnn;
    private final MemorySegment stream;
    private final Arena arena = Arena.ofShared();
    private final Map<Primitive, Execution> executions = new HashMap<>();
    private final GrowingBuffer operands = new GrowingBuffer();
    private final GrowingBuffer keys = new GrowingBuffer();
    private final GrowingBuffer scores = new GrowingBuffer();
    private int[] path = new int[0];
    private int[] starts = new int[0];
    private int[] ends = new int[0];

    ThreadMemory(OneDnn oneDnn) {
        this.oneDnn = oneDnn;
        this.stream = oneDnn.stream();
    }

    Execution execution(Primitive primitive) {
        Execution execution = executions.get(primitive);
        if (execution == null) {
            execution = primitive.execution(stream, arena);
            executions.put(primitive, execution);
        }
        return execution;
    }

    /// Operands of a product in its own type.
    MemorySegment operands(long bytes) {
        return operands.atLeast(bytes);
    }

    /// Keys laid out for attention.
    MemorySegment keys(long bytes) {
        return keys.atLeast(bytes);
    }

    /// Attention scores.
    MemorySegment scores(long bytes) {
        return scores.atLeast(bytes);
    }

    int[] path(int length) {
        path = path.length < length ? new int[length] : path;
        return path;
    }

    int[] starts(int length) {
        starts = starts.length < length ? new int[length] : starts;
        return starts;
    }

    int[] ends(int length) {
        ends = ends.length < length ? new int[length] : ends;
        return ends;
    }

    @Override
    public void close() {
        executions.values().forEach(Execution::close);
        oneDnn.destroyStream(stream);
        arena.close();
        operands.close();
        keys.close();
        scores.close();
    }
}
