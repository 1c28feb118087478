package io.logprobe.engine.bench;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.memory.NativeBuffer;
import java.util.ArrayList;
import java.util.List;

/// The rate at which a backend multiplies blocks of rows with weights of a given shape, on all lanes at once.
public final class GemmRate {

    /// Enough different matrices that none stays in a cache.
    private static final int MATRICES = 8;

    private static final int BLOCKS_PER_LANE = 24;

    private GemmRate() {}

    /// Floating-point operations per second in the best of `repeats` runs.
    public static double measure(Backend backend, int inputs, int outputs, int repeats) {
        int rows = backend.lanes() * backend.blockRows() * BLOCKS_PER_LANE;
        List<Linear> layers = new ArrayList<>();
        int bytes = backend.dtype().bytes();
        try (Matrix x = backend.matrix(rows, inputs);
                Matrix y = backend.matrix(rows, outputs);
                NativeBuffer weights = NativeBuffer.allocate((long) bytes * inputs * outputs)) {
            for (int i = 0; i < MATRICES; i++) {
                layers.add(backend.linear(new Weight(weights.data(), backend.dtype(), outputs, inputs), null));
            }
            double best = 0;
            for (int repeat = 0; repeat <= repeats; repeat++) {
                long start = System.nanoTime();
                backend.forEachBlock(rows, (lane, first, count) -> {
                    Linear layer = layers.get(first / backend.blockRows() % MATRICES);
                    backend.linear(x.rows(first, count), layer, Epilogue.STORE, y.rows(first, count));
                });
                double rate = 2.0 * rows * inputs * outputs / (System.nanoTime() - start) * 1e9;
                best = repeat == 0 ? 0 : Math.max(best, rate); // the first run compiles
            }
            return best;
        } finally {
            layers.forEach(Linear::close);
        }
    }

    /// Shapes of a transformer block of this width: up, down, square.
    public static double ofBlock(Backend backend, int hidden, int repeats) {
        return Math.max(
                measure(backend, hidden, 4 * hidden, repeats),
                Math.max(measure(backend, 4 * hidden, hidden, repeats), measure(backend, hidden, hidden, repeats)));
    }
}
