package io.logprobe.engine.model;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.Mlp;

/// What a model costs to run: memory of its parts, and multiplications per row.
public final class ModelCosts {

    /// Packed weights are padded to whole tiles of this many outputs and inputs.
    private static final int OUTPUT_TILE = 64;

    private static final int INPUT_TILE = 32;

    /// Token, position, segment and prediction bookkeeping of one row.
    private static final long PLAN_BYTES_PER_ROW = 64;

    private final Architecture architecture;
    private final Backend backend;
    private final int operandBytes;
    private final int lanes;
    private final int blockRows;
    private final int vocabularyTile;
    private final long productBytes;
    private final long readingBytes;

    /// @param readingBytes as [ReadingCosts] tells it
    ModelCosts(Architecture architecture, Backend backend, long readingBytes) {
        this.architecture = architecture;
        this.backend = backend;
        this.operandBytes = backend.operandBytes();
        this.lanes = backend.lanes();
        this.blockRows = backend.blockRows();
        this.vocabularyTile = Math.min(backend.vocabularyTile(), architecture.vocabulary());
        this.productBytes = backend.productBytes(
                Scratch.widest(architecture), architecture.hidden(), Scratch.widestActivated(architecture));
        this.readingBytes = readingBytes;
    }

    public int layers() {
        return architecture.layers().size();
    }

    public int vocabulary() {
        return architecture.vocabulary();
    }

    /// Tokens of a head part that is no larger than the largest layer, in whole tiles.
    int headPartTokens() {
        long largest =
                architecture.layers().stream().mapToLong(this::layerBytes).max().orElse(0);
        long tile = bytes(vocabularyTile, architecture.head().output().inputs());
        return (int) Math.min(vocabulary(), vocabularyTile * Math.max(1, largest / tile));
    }

    long weightBytes(int headPartTokens) {
        long sum = 0;
        for (int stage = 0; stage < layers() + Math.ceilDiv(vocabulary(), headPartTokens); stage++) {
            sum += stageBytes(stage, headPartTokens);
        }
        return sum;
    }

    long largestStage(int headPartTokens) {
        return Math.max(
                architecture.layers().stream().mapToLong(this::layerBytes).max().orElse(0), headBytes(headPartTokens));
    }

    long stageBytes(int stage, int headPartTokens) {
        if (stage < layers()) {
            return layerBytes(architecture.layers().get(stage));
        }
        int first = (stage - layers()) * headPartTokens;
        return headBytes(Math.min(headPartTokens, vocabulary() - first));
    }

    private long headBytes(int tokens) {
        return bytes(tokens, architecture.head().output().inputs())
                + bytes(architecture.head().projection());
    }

    private long layerBytes(LayerSheet layer) {
        AttentionSheet attention = layer.attention();
        return bytes(attention.query())
                + bytes(
                        attention.key().outputs() + attention.value().outputs(),
                        attention.key().inputs())
                + bytes(attention.output())
                + bytes(layer.mlp());
    }

    private long bytes(Mlp mlp) {
        return switch (mlp) {
            case Mlp.Plain plain -> bytes(plain.up()) + bytes(plain.down());
            case Mlp.Gated gated ->
                bytes(gated.gate().outputs() + gated.up().outputs(), gated.up().inputs()) + bytes(gated.down());
            case Mlp.Experts experts -> {
                long sum = bytes(experts.router());
                for (Mlp.Gated expert : experts.experts()) {
                    sum += bytes(expert);
                }
                if (experts.shared() != null) {
                    sum += bytes(experts.shared().expert())
                            + bytes(experts.shared().gate());
                }
                yield sum;
            }
        };
    }

    private long bytes(LinearRef linear) {
        return linear == null ? 0 : bytes(linear.outputs(), linear.inputs());
    }

    private long bytes(int outputs, int inputs) {
        long padded =
                (long) Math.ceilDiv(outputs, OUTPUT_TILE) * OUTPUT_TILE * Math.ceilDiv(inputs, INPUT_TILE) * INPUT_TILE;
        return backend.footprint(padded * operandBytes + (long) outputs * Float.BYTES);
    }

    /// What one thread takes to read weights, beside them.
    long readingBytes() {
        return readingBytes;
    }

    /// Threads that read weights at once where nothing else goes on.
    int readingThreads() {
        return lanes;
    }

    private static long elements(LinearRef linear) {
        return (long) linear.outputs() * linear.inputs();
    }

    /// Scratch memory of all lanes.
    long fixedBytes() {
        return lanes * Scratch.bytes(architecture, backend) + productBytes;
    }

    /// Hidden states, keys and values, the embeddings of the rows' tokens and positions, and the plan.
    long rowBytes(long rows) {
        long padded = Math.ceilDiv(rows, blockRows) * (long) blockRows;
        return padded * bytesPerRow();
    }

    long rowsIn(long bytes) {
        return bytes / (bytesPerRow() * blockRows) * blockRows;
    }

    private long bytesPerRow() {
        int embedding = architecture.embedding().tokens().inputs();
        return (2L * architecture.hidden() + JobMatrices.keyValueColumns(architecture) + embedding) * Float.BYTES
                + PLAN_BYTES_PER_ROW;
    }

    /// Floating-point operations of a layer's products for one row.
    public long layerFlops(int layer) {
        LayerSheet sheet = architecture.layers().get(layer);
        AttentionSheet attention = sheet.attention();
        return 2
                * (elements(attention.query())
                        + elements(attention.key())
                        + elements(attention.value())
                        + elements(attention.output())
                        + used(sheet.mlp()));
    }

    /// Weights that one row is multiplied with.
    private static long used(Mlp mlp) {
        return switch (mlp) {
            case Mlp.Plain plain -> elements(plain.up()) + elements(plain.down());
            case Mlp.Gated gated -> elements(gated.gate()) + elements(gated.up()) + elements(gated.down());
            case Mlp.Experts experts ->
                elements(experts.router())
                        + experts.topK() * used(experts.experts().getFirst())
                        + (experts.shared() == null ? 0 : used(experts.shared().expert()));
        };
    }

    /// Floating-point operations of a layer's attention for one row and one key that it sees.
    public long attentionFlops(int layer) {
        AttentionSheet attention = architecture.layers().get(layer).attention();
        return 4L * attention.heads() * attention.headDim();
    }

    /// Floating-point operations of the head for one row that predicts.
    public long headFlops() {
        return 2 * elements(architecture.head().output());
    }
}
