package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.LogitFold;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.plan.ScoringPlan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Online log-softmax on the device: per row of the block a maximum, a sum and the most probable token, and a logit per
/// slot. One array on the device, `[max | sum | best | slot logits]`, comes back at the end.
final class DeviceLogitFold implements LogitFold {

    private static final int NEGATIVE_INFINITY = Float.floatToRawIntBits(Float.NEGATIVE_INFINITY);

    /// Addresses of what a tile's kernel reads and writes.
    record State(long max, long sum, long best, long slotLogit, long firstSlot, long slotToken) {}

    private final CudaBackend backend;
    private final float factor;
    private final float softcap;
    private long memory; // [3, rows] and the slots' logits
    private long capacity; // elements
    private ScoringPlan plan;
    private int first;
    private int count;
    private State state;

    DeviceLogitFold(CudaBackend backend, float factor, float softcap) {
        this.backend = backend;
        this.factor = factor;
        this.softcap = softcap;
    }

    @Override
    public void begin(ScoringPlan ofPlan, int firstHeadRow, int headRows) {
        plan = ofPlan;
        first = firstHeadRow;
        count = headRows;
        int base = plan.firstSlot(first);
        int slots = plan.firstSlot(first + count) - base;
        int[] firstSlot = new int[count + 1];
        for (int row = 0; row <= count; row++) {
            firstSlot[row] = plan.firstSlot(first + row) - base;
        }
        int[] slotToken = new int[slots];
        for (int slot = 0; slot < slots; slot++) {
            slotToken[slot] = plan.target(base + slot);
        }
        long elements = 3L * count + slots + (count + 1) + slots;
        if (elements > capacity) {
            close();
            memory = backend.opened().memory().allocate(elements * Float.BYTES, "log-softmax of " + count + " rows");
            capacity = elements;
        }
        long max = memory;
        long sum = max + 4L * count;
        long best = sum + 4L * count;
        long slotLogit = best + 4L * count;
        long firstSlots = slotLogit + 4L * slots;
        state = new State(max, sum, best, slotLogit, firstSlots, firstSlots + 4L * (count + 1));
        backend.fill(max, NEGATIVE_INFINITY, count);
        backend.fill(sum, 0, 2L * count + slots);
        backend.opened().transfers().store(firstSlot, state.firstSlot());
        backend.opened().transfers().store(slotToken, state.slotToken());
    }

    @Override
    public void tile(Matrix logits, int firstToken) {
        backend.opened().kernels().logSoftmaxTile(DeviceMatrix.device(logits), firstToken, factor, softcap, state);
    }

    @Override
    public void end(double[] logprobs, boolean[] greedy) {
        int base = plan.firstSlot(first);
        int slots = plan.firstSlot(first + count) - base;
        MemorySegment values = backend.opened().transfers().read(state.max(), 4L * (3L * count + slots));
        for (int row = 0; row < count; row++) {
            double logSum = values.getAtIndex(ValueLayout.JAVA_FLOAT, row)
                    + Math.log(values.getAtIndex(ValueLayout.JAVA_FLOAT, (long) count + row));
            int best = values.getAtIndex(ValueLayout.JAVA_INT, 2L * count + row);
            for (int slot = plan.firstSlot(first + row); slot < plan.firstSlot(first + row + 1); slot++) {
                float logit = values.getAtIndex(ValueLayout.JAVA_FLOAT, 3L * count + slot - base);
                logprobs[plan.prediction(slot)] = logit - logSum;
                greedy[plan.prediction(slot)] = plan.target(slot) == best;
            }
        }
    }

    @Override
    public void close() {
        if (capacity > 0) {
            backend.opened().memory().free(memory);
            capacity = 0;
        }
    }
}
