package io.logprobe.engine.backend.cpu;

import static io.logprobe.engine.backend.cpu.Vectors.LANES;
import static io.logprobe.engine.backend.cpu.Vectors.SPECIES;

import io.logprobe.engine.backend.LogitFold;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.memory.NativeMemory;
import io.logprobe.engine.plan.ScoringPlan;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Online log-softmax in float32, tile by tile.
final class CpuLogitFold implements LogitFold {

    private final float factor;
    private final float softcap;
    private final float[] max; // [rows of a block]
    private final float[] sum; // [rows of a block], of exp(logit − max)
    private final int[] best; // [rows of a block]
    private float[] targets = new float[0]; // [slots of the block]
    private ScoringPlan plan;
    private int first;
    private int count;

    CpuLogitFold(float factor, float softcap, int blockRows) {
        this.factor = factor;
        this.softcap = softcap;
        this.max = new float[blockRows];
        this.sum = new float[blockRows];
        this.best = new int[blockRows];
    }

    @Override
    public void begin(ScoringPlan ofPlan, int firstHeadRow, int headRows) {
        plan = ofPlan;
        first = firstHeadRow;
        count = headRows;
        Arrays.fill(max, Float.NEGATIVE_INFINITY);
        Arrays.fill(sum, 0);
        Arrays.fill(best, 0);
        int slots = plan.firstSlot(first + count) - plan.firstSlot(first);
        targets = targets.length < slots ? new float[slots] : targets;
    }

    @Override
    public void tile(Matrix logits, int firstToken) {
        NativeMatrix tile = NativeMatrix.nativeMatrix(logits);
        for (int row = 0; row < count; row++) {
            if (factor != 1 || softcap != 0) {
                transform(tile, row);
            }
            fold(tile, row, firstToken);
            take(tile, row, firstToken);
        }
    }

    private void transform(NativeMatrix tile, int row) {
        for (int j = 0; j < tile.columns(); j += LANES) {
            VectorMask<Float> lanes = Vectors.first(tile.columns() - j);
            long address = tile.address(row) + (long) j * Float.BYTES;
            FloatVector logit = Vectors.load(address, lanes).mul(factor);
            if (softcap != 0) {
                logit = Vectors.tanh(logit.mul(1 / softcap)).mul(softcap);
            }
            Vectors.store(logit, address, lanes);
        }
    }

    private void fold(NativeMatrix tile, int row, int firstToken) {
        long start = tile.address(row);
        int columns = tile.columns();
        float tileMax = tileMax(start, columns);
        if (tileMax > max[row]) {
            sum[row] *= (float) Math.exp(max[row] - (double) tileMax);
            max[row] = tileMax;
            best[row] = firstToken + indexOf(start, tileMax);
        }
        FloatVector sums = FloatVector.zero(SPECIES);
        int whole = SPECIES.loopBound(columns);
        for (int j = 0; j < whole; j += LANES) {
            sums = Vectors.exp(Vectors.load(start + (long) j * Float.BYTES).sub(max[row]))
                    .add(sums);
        }
        if (whole < columns) {
            VectorMask<Float> rest = Vectors.first(columns - whole);
            FloatVector powers = Vectors.exp(
                    Vectors.load(start + (long) whole * Float.BYTES, rest).sub(max[row]));
            sums = sums.add(powers, rest);
        }
        sum[row] += Vectors.sum(sums);
    }

    private static float tileMax(long start, int columns) {
        FloatVector greatest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        int whole = SPECIES.loopBound(columns);
        for (int j = 0; j < whole; j += LANES) {
            greatest = Vectors.load(start + (long) j * Float.BYTES).max(greatest);
        }
        if (whole < columns) {
            VectorMask<Float> rest = Vectors.first(columns - whole);
            FloatVector last = Vectors.load(start + (long) whole * Float.BYTES, rest);
            greatest = greatest.blend(last.max(greatest), rest);
        }
        return Vectors.max(greatest);
    }

    private static int indexOf(long start, float value) {
        int j = 0;
        while (NativeMemory.getFloat(start + (long) j * Float.BYTES) != value) {
            j++;
        }
        return j;
    }

    private void take(NativeMatrix tile, int row, int firstToken) {
        int firstSlot = plan.firstSlot(first);
        for (int slot = plan.firstSlot(first + row); slot < plan.firstSlot(first + row + 1); slot++) {
            int column = plan.target(slot) - firstToken;
            if (column >= 0 && column < tile.columns()) {
                targets[slot - firstSlot] = NativeMemory.getFloat(tile.address(row) + (long) column * Float.BYTES);
            }
        }
    }

    @Override
    public void end(double[] logprobs, boolean[] greedy) {
        int firstSlot = plan.firstSlot(first);
        for (int row = 0; row < count; row++) {
            double logSum = max[row] + Math.log(sum[row]);
            for (int slot = plan.firstSlot(first + row); slot < plan.firstSlot(first + row + 1); slot++) {
                logprobs[plan.prediction(slot)] = targets[slot - firstSlot] - logSum;
                greedy[plan.prediction(slot)] = plan.target(slot) == best[row];
            }
        }
    }

    @Override
    public void close() {}
}
