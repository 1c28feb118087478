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
    private final Map<Multiplication, Multiplication.Call> calls = new HashMap<>();
    private final Map<Reorder, Reorder.Call> reorders = new HashMap<>();
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

    Multiplication.Call call(Multiplication multiplication) {
        Multiplication.Call call = calls.get(multiplication);
        if (call == null) {
            call = multiplication.new Call(stream, arena);
            calls.put(multiplication, call);
        }
        return call;
    }

    Reorder.Call call(Reorder reorder) {
        Reorder.Call call = reorders.get(reorder);
        if (call == null) {
            call = reorder.new Call(stream, arena);
            reorders.put(reorder, call);
        }
        return call;
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
        calls.values().forEach(Multiplication.Call::close);
        reorders.values().forEach(Reorder.Call::close);
        oneDnn.destroyStream(stream);
        arena.close();
        operands.close();
        keys.close();
        scores.close();
    }
}
