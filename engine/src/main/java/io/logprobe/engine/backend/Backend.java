package io.logprobe.engine.backend;

import io.logprobe.engine.memory.NativeBuffer;
import io.logprobe.engine.plan.TokenTrie;
import java.lang.foreign.MemorySegment;

/// Where the arithmetic happens. All matrices are float32; only the operands of [#linear] may be bfloat16.
///
/// Every operation treats every row alone, in an order that depends on nothing but that row, so that a row's bits do
/// not depend on what it is computed with. An operation's matrices belong to this backend and do not overlap unless it
/// says so. Operations read and write `x.rows()` rows.
///
/// [#forEachBlock] gives out work: on lanes of its own each (CPU), or in one queue (a device).
public interface Backend extends AutoCloseable {

    /// `reference`, `cpu` or `cuda`.
    String name();

    /// What it computes with, for people and provenance, e.g. `oneDNN 3.13.0, avx512_core_bf16`.
    String detail();

    /// Type of the operands of [#linear].
    ComputeType dtype();

    /// Bytes of one weight in the form that [#linear] multiplies.
    default int operandBytes() {
        return dtype().bytes();
    }

    /// Bytes of one value of [#operands].
    default int operandsValueBytes() {
        return Float.BYTES;
    }

    /// Refuses what [#attention] cannot compute.
    ///
    /// @throws io.logprobe.engine.failure.BackendUnavailable saying on one line why
    default void requireHeadDim(int headDim) {}

    /// Memory that weights, matrices and tables may take together; [Long#MAX_VALUE] where nobody but the caller knows.
    default long memoryBytes() {
        return Long.MAX_VALUE;
    }

    /// What memory of that size takes.
    default long footprint(long bytes) {
        return NativeBuffer.footprint(bytes);
    }

    /// Whether the memory that is planned is that of the host, where files are read to.
    default boolean plansHostMemory() {
        return true;
    }

    /// Of the memory that is planned, what one thread takes beside a weight while its rows are read.
    default long readingBytes(int outputs, int inputs) {
        return footprint((long) outputs * inputs * dtype().bytes());
    }

    /// Memory that products of a block of rows take beside their matrices.
    ///
    /// @param inputs of the layer that has the most
    /// @param added outputs of the layers whose products are added to something
    /// @param activated outputs of the layers whose products are activated
    default long productBytes(int inputs, int added, int activated) {
        return 0;
    }

    /// Tokens of the vocabulary whose logits exist at once for a block of rows.
    default int vocabularyTile() {
        return 1024; // they stay in a core's cache
    }

    /// Waits for what the backend prepares in the background, so that work begins at full speed.
    default void awaitReady() {}

    /// Rows per block. Matrices are padded to whole blocks, and [#linear] always computes whole blocks.
    int blockRows();

    /// How many blocks may be in work at once.
    int lanes();

    /// Runs a task for each block of `rows` rows and returns when all are done. The first exception is thrown on.
    void forEachBlock(int rows, BlockTask task);

    /// A new matrix of zeros.
    Matrix matrix(int rows, int columns);

    /// A new matrix of zeros whose values are operands and nothing else: [#norm], [#gate], [#attention] and
    /// [#linear] with [Epilogue.Activate] may write it, [#linear] reads it. A backend may keep it in the type of
    /// its operands; no bit of a product changes.
    default Matrix operands(int rows, int columns) {
        return matrix(rows, columns);
    }

    /// Copies float32 values, row by row, from host memory.
    void write(MemorySegment source, Matrix target);

    /// Copies float32 values, row by row, to host memory.
    void read(Matrix source, MemorySegment target);

    /// Prepares a linear layer.
    ///
    /// @param weight may be overwritten or freed afterwards
    /// @param bias one value per output, or null
    Linear linear(Weight weight, float[] bias);

    /// Prepares a linear layer while its weight is being read.
    ///
    /// @param weight one row per output
    /// @param bias one value per output, or null
    default Linear linear(int outputs, int inputs, WeightRows weight, float[] bias) {
        try (NativeBuffer whole = NativeBuffer.allocate((long) outputs * inputs * dtype().bytes())) {
            weight.read(0, outputs, whole.data());
            return linear(new Weight(whole.data(), dtype(), outputs, inputs), bias);
        }
    }

    NormWeights normWeights(Norm norm);

    /// Prepares the positions 0 to `positions − 1`.
    RotaryTable rotaryTable(Rotation rotation, int positions);

    Rows rows(TokenTrie trie);

    /// `target[i] = source[indices[first + i]]`
    void gather(Matrix source, int[] indices, int first, Matrix target);

    /// `target[i] = target[i] + source[indices[first + i]]`
    void gatherAdd(Matrix source, int[] indices, int first, Matrix target);

    /// `target[indices[first + i]] += weights[first + i] · source[i]`, in the order of `i`.
    void scatterAdd(Matrix source, int[] indices, float[] weights, int first, Matrix target);

    /// `x = 0`
    void clear(Matrix x);

    /// `x = factor · x`
    void scale(Matrix x, float factor);

    /// `y = y + factor · x`
    void add(Matrix x, float factor, Matrix y);

    /// `x = min(max(x, −limit), limit)`
    void clamp(Matrix x, float limit);

    /// `y = norm(x)`; `x` and `y` may be the same.
    void norm(Matrix x, NormWeights norm, Matrix y);

    /// `p = x · weightᵀ + bias`, then the epilogue into `y`. `x` and `y` begin at a block's first row.
    void linear(Matrix x, Linear layer, Epilogue epilogue, Matrix y);

    /// `y = f(g) · u` where `x = [g | u]`.
    void gate(Matrix x, Activation activation, Matrix y);

    /// `x[i] = sigmoid(gate[i][0]) · x[i]`
    void gateRows(Matrix gate, Matrix x);

    /// Turns the heads of rows `first …` of the trie in place; `x.columns()` is a multiple of `headDim`.
    void rotate(Matrix x, int headDim, RotaryTable table, Rows rows, int first);

    /// Attention of rows `first …` of the trie.
    ///
    /// @param q `[rows of the block, heads · headDim]`
    /// @param k `[rows of the trie, keyHeads · headDim]`
    /// @param v as `k`
    /// @param y as `q`
    void attention(Attention attention, Matrix q, Matrix k, Matrix v, Rows rows, int first, Matrix y);

    /// Chooses experts: softmax over each row of `logits`, then the `topK` greatest, the lower index first among
    /// equals.
    ///
    /// @param renormalise whether the chosen weights are divided by their sum
    /// @param experts receives `topK` per row in descending weight
    /// @param weights receives their weights
    void route(Matrix logits, int topK, boolean renormalise, int[] experts, float[] weights);

    /// A fold over `logit → cap(factor · logit)`, `cap` as in [Attention].
    LogitFold logitFold(float factor, float softcap);

    @Override
    void close();
}
