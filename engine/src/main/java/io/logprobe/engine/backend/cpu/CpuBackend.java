package io.logprobe.engine.backend.cpu;

import static io.logprobe.engine.backend.cpu.NativeMatrix.nativeMatrix;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.Attention;
import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.BlockTask;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.LogitFold;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Norm;
import io.logprobe.engine.backend.NormWeights;
import io.logprobe.engine.backend.RotaryTable;
import io.logprobe.engine.backend.Rotation;
import io.logprobe.engine.backend.Rows;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.backend.WeightRows;
import io.logprobe.engine.plan.TokenTrie;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// oneDNN for matrix products, the Vector API for everything else, one lane per core.
///
/// A block's rows go through all operations on one core: weights are shared by the cores' caches, activations never
/// leave their own. Products always have [#blockRows] rows, so a row meets the same instructions wherever it stands.
public final class CpuBackend implements Backend {

    /// Enough for oneDNN to reach its full rate, few enough for the widest activations to stay in a core's cache.
    static final int BLOCK_ROWS = 128;

    private final ComputeType dtype;
    private final ComputeType operands;
    private final OneDnn oneDnn = OneDnn.instance();
    private final Lanes lanes;
    private final LinearLayers linearLayers;
    private final Queue<ThreadMemory> memories = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<ThreadMemory> memory = ThreadLocal.withInitial(this::newMemory);

    /// Uses all cores.
    ///
    /// @throws io.logprobe.engine.failure.BackendUnavailable where oneDNN cannot be loaded
    public CpuBackend(ComputeType dtype) {
        this(dtype, OperandChoice.of(dtype, OneDnn.instance().isa(), OperandChoice.vendor()));
        Rehearsal.start(Rehearsal.Part.COMMON);
    }

    /// Starts in the background what does not depend on a model: loads oneDNN, compiles vector code.
    public static void prepare() {
        Rehearsal.start(Rehearsal.Part.COMMON);
    }

    CpuBackend(ComputeType dtype, ComputeType operands) {
        this.dtype = dtype;
        this.operands = operands;
        this.lanes = new Lanes(Runtime.getRuntime().availableProcessors());
        this.linearLayers = new LinearLayers(operands, BLOCK_ROWS);
    }

    private ThreadMemory newMemory() {
        ThreadMemory created = new ThreadMemory(oneDnn);
        memories.add(created);
        return created;
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String detail() {
        return oneDnn.describe() + (operands == dtype ? "" : ", bfloat16 weights widened to float32");
    }

    @Override
    public ComputeType dtype() {
        return dtype;
    }

    @Override
    public long readingBytes(int outputs, int inputs) {
        return linearLayers.readingBytes(outputs, inputs, dtype);
    }

    @Override
    public int operandBytes() {
        return operands.bytes();
    }

    @Override
    public int blockRows() {
        return BLOCK_ROWS;
    }

    @Override
    public int lanes() {
        return lanes.count();
    }

    @Override
    public void forEachBlock(int rows, BlockTask task) {
        lanes.forEachBlock(rows, BLOCK_ROWS, task);
    }

    @Override
    public void awaitReady() {
        Rehearsal.await();
    }

    @Override
    public Matrix matrix(int rows, int columns) {
        return NativeMatrix.allocate(rows, columns, BLOCK_ROWS);
    }

    @Override
    public void write(MemorySegment source, Matrix target) {
        NativeMatrix t = nativeMatrix(target);
        long bytes = (long) t.columns() * Float.BYTES;
        for (int row = 0; row < t.rows(); row++) {
            MemorySegment.copy(source, row * bytes, t.data(), t.row(row), bytes);
        }
    }

    @Override
    public void read(Matrix source, MemorySegment target) {
        NativeMatrix s = nativeMatrix(source);
        long bytes = (long) s.columns() * Float.BYTES;
        for (int row = 0; row < s.rows(); row++) {
            MemorySegment.copy(s.data(), s.row(row), target, row * bytes, bytes);
        }
    }

    @Override
    public Linear linear(Weight weight, float[] bias) {
        return linearLayers.pack(weight, bias);
    }

    @Override
    public Linear linear(int outputs, int inputs, WeightRows weight, float[] bias) {
        return linearLayers.pack(outputs, inputs, weight, dtype, bias);
    }

    private record Vector(Norm norm) implements NormWeights {
        @Override
        public void close() {}
    }

    private record TrieRows(TokenTrie trie) implements Rows {
        @Override
        public void close() {}
    }

    @Override
    public NormWeights normWeights(Norm norm) {
        if (norm.kind() == Norm.Kind.RMS) {
            Rehearsal.start(Rehearsal.Part.GATED);
        }
        return new Vector(norm);
    }

    @Override
    public RotaryTable rotaryTable(Rotation rotation, int positions) {
        return RotationTable.of(rotation, positions);
    }

    @Override
    public Rows rows(TokenTrie trie) {
        return new TrieRows(trie);
    }

    @Override
    public void gather(Matrix source, int[] indices, int first, Matrix target) {
        for (int i = 0; i < target.rows(); i++) {
            RowKernels.copy(nativeMatrix(source), indices[first + i], nativeMatrix(target), i);
        }
    }

    @Override
    public void gatherAdd(Matrix source, int[] indices, int first, Matrix target) {
        for (int i = 0; i < target.rows(); i++) {
            RowKernels.add(nativeMatrix(source), indices[first + i], 1, nativeMatrix(target), i);
        }
    }

    @Override
    public void scatterAdd(Matrix source, int[] indices, float[] weights, int first, Matrix target) {
        for (int i = 0; i < source.rows(); i++) {
            RowKernels.add(nativeMatrix(source), i, weights[first + i], nativeMatrix(target), indices[first + i]);
        }
    }

    @Override
    public void clear(Matrix x) {
        NativeMatrix m = nativeMatrix(x);
        for (int row = 0; row < m.rows(); row++) {
            RowKernels.clear(m.address(row), m.columns());
        }
    }

    @Override
    public void scale(Matrix x, float factor) {
        for (int row = 0; row < x.rows(); row++) {
            RowKernels.scale(nativeMatrix(x).address(row), factor, x.columns());
        }
    }

    @Override
    public void add(Matrix x, float factor, Matrix y) {
        for (int row = 0; row < x.rows(); row++) {
            RowKernels.add(nativeMatrix(x), row, factor, nativeMatrix(y), row);
        }
    }

    @Override
    public void clamp(Matrix x, float limit) {
        for (int row = 0; row < x.rows(); row++) {
            RowKernels.clamp(nativeMatrix(x), row, limit);
        }
    }

    @Override
    public void norm(Matrix x, NormWeights weights, Matrix y) {
        Norm norm = ((Vector) weights).norm();
        for (int row = 0; row < x.rows(); row++) {
            RowKernels.norm(nativeMatrix(x), norm, nativeMatrix(y), row);
        }
    }

    @Override
    public void linear(Matrix x, Linear layer, Epilogue epilogue, Matrix y) {
        if (x.rows() == 0) {
            return;
        }
        linearLayers.multiply(memory.get(), nativeMatrix(x), (PackedLinear) layer, epilogue, nativeMatrix(y));
    }

    @Override
    public void gate(Matrix x, Activation activation, Matrix y) {
        for (int row = 0; row < x.rows(); row++) {
            RowKernels.gate(nativeMatrix(x), activation, nativeMatrix(y), row);
        }
    }

    @Override
    public void gateRows(Matrix gate, Matrix x) {
        for (int row = 0; row < x.rows(); row++) {
            float logit = nativeMatrix(gate)
                    .data()
                    .get(ValueLayout.JAVA_FLOAT, nativeMatrix(gate).row(row));
            RowKernels.scale(nativeMatrix(x).address(row), RowKernels.sigmoid(logit), x.columns());
        }
    }

    @Override
    public void rotate(Matrix x, int headDim, RotaryTable table, Rows rows, int first) {
        for (int row = 0; row < x.rows(); row++) {
            ((RotationTable) table).rotate(nativeMatrix(x), row, headDim, ((TrieRows) rows).trie(), first + row);
        }
    }

    @Override
    public void attention(Attention attention, Matrix q, Matrix k, Matrix v, Rows rows, int first, Matrix y) {
        attention(attention, q, k, v, rows, first, y, memory.get());
    }

    void attention(
            Attention attention, Matrix q, Matrix k, Matrix v, Rows rows, int first, Matrix y, ThreadMemory own) {
        TokenTrie trie = ((TrieRows) rows).trie();
        new AttentionKernel(
                        attention, nativeMatrix(q), nativeMatrix(k), nativeMatrix(v), trie, first, nativeMatrix(y), own)
                .run();
    }

    @Override
    public void route(Matrix logits, int topK, boolean renormalise, int[] experts, float[] weights) {
        for (int row = 0; row < logits.rows(); row++) {
            ExpertChoice.choose(nativeMatrix(logits), row, topK, renormalise, experts, weights);
        }
    }

    @Override
    public LogitFold logitFold(float factor, float softcap) {
        return new CpuLogitFold(factor, softcap, BLOCK_ROWS);
    }

    @Override
    public void close() {
        lanes.close();
        memories.forEach(ThreadMemory::close);
        linearLayers.close();
    }
}
