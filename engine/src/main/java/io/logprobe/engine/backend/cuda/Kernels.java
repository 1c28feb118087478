package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.Attention;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.failure.BackendUnavailable;
import jcuda.driver.CUstream;

/// One typed launch per kernel, in one stream: the only place that knows grids, blocks and parameter lists. What they
/// compute is said in their own files. Nothing is started for no rows.
final class Kernels {

    private static final int THREADS = 256;
    private static final int WARP = 32;

    /// Kernels whose rows are short of work per block take several blocks per row beyond this many columns.
    private static final int COLUMNS_PER_BLOCK = 4096;

    private static final int FLOAT32_TILE = 64;
    private static final int BFLOAT16_TILE = 128;

    /// Limits of the dimensions of a head in `attention.cu`.
    private static final int NARROW_HEAD_DIM = 128;

    private static final int MAX_HEAD_DIM = 256;

    private final CudaDriver driver;
    private final CUstream stream;
    private final boolean synchronous;

    /// @param synchronous whether to wait for each kernel, so that a failure names the right one
    Kernels(CudaDriver driver, CUstream stream, boolean synchronous) {
        this.driver = driver;
        this.stream = stream;
        this.synchronous = synchronous;
    }

    private void start(Launch launch) {
        driver.launch(launch, stream);
        if (synchronous) {
            driver.synchronize(stream);
        }
    }

    private static Launch byRow(Kernel kernel, DeviceMatrix rows) {
        return new Launch(kernel, rows.rows(), 1, THREADS);
    }

    private static Launch byRowAndColumns(Kernel kernel, DeviceMatrix rows) {
        return new Launch(kernel, rows.rows(), Math.max(1, Math.ceilDiv(rows.columns(), COLUMNS_PER_BLOCK)), THREADS);
    }

    private static boolean empty(DeviceMatrix matrix) {
        return matrix.rows() == 0 || matrix.columns() == 0;
    }

    /// @param indices address of `y.rows()` row numbers
    void gather(DeviceMatrix y, DeviceMatrix x, long indices, boolean add) {
        if (!empty(y)) {
            start(byRow(Kernel.GATHER_ROWS, y)
                    .matrix("y", y)
                    .matrix("x", x)
                    .address("indices", indices)
                    .integer("columns", y.columns())
                    .integer("add", add ? 1 : 0));
        }
    }

    /// @param distinct number of distinct target rows
    void scatterAdd(DeviceMatrix y, DeviceMatrix x, int distinct, long targets, long first, long order, long weights) {
        if (distinct > 0 && !empty(x)) {
            start(new Launch(Kernel.SCATTER_ADD_ROWS, distinct, 1, THREADS)
                    .matrix("y", y)
                    .matrix("x", x)
                    .address("targets", targets)
                    .address("first", first)
                    .address("order", order)
                    .address("weights", weights)
                    .integer("columns", x.columns()));
        }
    }

    void clear(DeviceMatrix x) {
        if (!empty(x)) {
            start(byRow(Kernel.CLEAR_MATRIX, x).matrix("x", x).integer("columns", x.columns()));
        }
    }

    void scale(DeviceMatrix x, float factor) {
        if (!empty(x)) {
            start(byRow(Kernel.SCALE_MATRIX, x)
                    .matrix("x", x)
                    .integer("columns", x.columns())
                    .float32("factor", factor));
        }
    }

    void clamp(DeviceMatrix x, float limit) {
        if (!empty(x)) {
            start(byRow(Kernel.CLAMP_MATRIX, x)
                    .matrix("x", x)
                    .integer("columns", x.columns())
                    .float32("limit", limit));
        }
    }

    void add(DeviceMatrix y, DeviceMatrix x, float factor) {
        if (!empty(y)) {
            start(byRow(Kernel.ADD_MATRIX, y)
                    .matrix("y", y)
                    .matrix("x", x)
                    .integer("columns", y.columns())
                    .float32("factor", factor));
        }
    }

    void norm(DeviceMatrix y, DeviceMatrix x, DeviceNorm norm) {
        if (!empty(x)) {
            int width = norm.width();
            // Threads by the width alone: they set the order of the sums.
            int threads = Math.min(WARP * Math.ceilDiv(width, 4 * WARP), 512);
            start(new Launch(Kernel.NORM_ROWS, x.rows(), x.columns() / width, threads)
                    .written("y", y)
                    .matrix("x", x)
                    .address("weight", norm.weight())
                    .address("bias", norm.bias())
                    .integer("width", width)
                    .integer("parameters", norm.parameters())
                    .float32("epsilon", norm.epsilon())
                    .integer(
                            "kind",
                            switch (norm.kind()) {
                                case LAYER -> 0;
                                case RMS -> 1;
                            }));
        }
    }

    void rotate(DeviceMatrix x, int headDim, DeviceRotary table, DeviceRows rows, int first) {
        if (!empty(x) && table.half() > 0) {
            start(new Launch(Kernel.ROTATE_HEADS, x.rows(), 1, 128)
                    .matrix("x", x)
                    .address("cosine", table.cosine())
                    .address("sine", table.sine())
                    .address("position", rows.position())
                    .address("group", rows.group())
                    .integer("first", first)
                    .integer("heads", x.columns() / headDim)
                    .integer("headDim", headDim)
                    .integer("half", table.half())
                    .integer("groups", table.groups())
                    .integer("positions", table.positions())
                    .integer(
                            "pairing",
                            switch (table.pairing()) {
                                case HALVES -> 0;
                                case NEIGHBOURS -> 1;
                            }));
        }
    }

    static void requireHeadDim(int headDim) {
        if (headDim > MAX_HEAD_DIM) {
            throw new BackendUnavailable("backend cuda: the model's heads have " + headDim + " dimensions, more than "
                    + MAX_HEAD_DIM + "; --backend cpu computes them");
        }
    }

    /// @param tiles the tiles of the rows `first … first + q.rows() − 1`
    void attention(
            Attention attention,
            DeviceMatrix y,
            DeviceMatrix q,
            DeviceMatrix k,
            DeviceMatrix v,
            DeviceRows rows,
            DeviceRows.Tiles tiles,
            int first) {
        requireHeadDim(attention.headDim());
        if (tiles.count() > 0) {
            DeviceMatrix bias = attention.positionBias() == null ? null : DeviceMatrix.device(attention.positionBias());
            Launch launch = attention.headDim() <= NARROW_HEAD_DIM
                    ? new Launch(Kernel.TRIE_ATTENTION, tiles.count(), attention.heads(), 128)
                    : new Launch(Kernel.TRIE_ATTENTION_WIDE, 2 * tiles.count(), attention.heads(), 128);
            start(launch.written("y", y)
                    .matrix("q", q)
                    .matrix("k", k)
                    .matrix("v", v)
                    .address("bias", bias == null ? 0 : bias.address())
                    .long64("ldbias", bias == null ? 0 : bias.stride())
                    .address("tileRow", rows.tileRow())
                    .address("tileRows", rows.tileRows())
                    .address("tileSegment", rows.tileSegment())
                    .integer("firstTile", tiles.first())
                    .address("position", rows.position())
                    .address("firstRange", rows.firstRange())
                    .address("rangeRow", rows.rangeRow())
                    .address("rangePosition", rows.rangePosition())
                    .integer("first", first)
                    .integer("headsPerKey", attention.heads() / attention.keyHeads())
                    .integer("headDim", attention.headDim())
                    .float32("scale", attention.scale())
                    .float32("cap", attention.softcap())
                    .integer("window", attention.window()));
        }
    }

    void gate(DeviceMatrix y, DeviceMatrix x, Activation activation) {
        if (!empty(y)) {
            start(byRowAndColumns(Kernel.GATE_COLUMNS, y)
                    .written("y", y)
                    .matrix("x", x)
                    .integer("columns", y.columns())
                    .integer("activation", number(activation)));
        }
    }

    void gateRows(DeviceMatrix x, DeviceMatrix gate) {
        if (!empty(x)) {
            start(byRow(Kernel.GATE_ROWS, x).matrix("x", x).matrix("gate", gate).integer("columns", x.columns()));
        }
    }

    /// @param experts address for `topK` numbers per row
    /// @param weights address for as many weights
    void route(long experts, long weights, DeviceMatrix logits, int topK, boolean renormalise) {
        if (!empty(logits)) {
            start(new Launch(Kernel.ROUTE_EXPERTS, logits.rows(), 1, WARP)
                    .address("experts", experts)
                    .address("weights", weights)
                    .matrix("logits", logits)
                    .integer("columns", logits.columns())
                    .integer("topK", topK)
                    .integer("renormalise", renormalise ? 1 : 0));
        }
    }

    /// The rows of `x` as dense rows of `width` operands.
    void operands(ComputeType type, long y, int width, DeviceMatrix x) {
        if (!empty(x)) {
            Kernel kernel =
                    switch (type) {
                        case FLOAT32 -> Kernel.OPERANDS_FLOAT32;
                        case BFLOAT16 -> Kernel.OPERANDS_BFLOAT16;
                    };
            start(byRow(kernel, x)
                    .address("y", y)
                    .integer("ldy", width)
                    .matrix("x", x)
                    .integer("columns", x.columns()));
        }
    }

    /// `y = x · wᵀ + bias`, or `y = y + scale · (x · wᵀ + bias)`.
    ///
    /// @param x operands, `w.width()` in a row
    /// @param bias address, or 0
    void gemm(DeviceMatrix y, DeviceMatrix x, DeviceLinear w, long bias, boolean add, float scale) {
        if (!empty(y)) {
            Launch launch =
                    switch (w.type()) {
                        case FLOAT32 -> tiles(Kernel.GEMM_FLOAT32, FLOAT32_TILE, w.outputs(), y.rows());
                        case BFLOAT16 -> tiles(Kernel.GEMM_BFLOAT16, BFLOAT16_TILE, w.outputs(), y.rows());
                    };
            start(launch.matrix("y", y)
                    .address("x", x.address())
                    .long64("ldx", x.stride())
                    .address("w", w.weight())
                    .address("bias", bias)
                    .integer("rows", y.rows())
                    .integer("outputs", w.outputs())
                    .integer("inputs", w.width())
                    .integer("add", add ? 1 : 0)
                    .float32("scale", scale));
        }
    }

    private static Launch tiles(Kernel kernel, int tile, int outputs, int rows) {
        return new Launch(kernel, Math.ceilDiv(outputs, tile), Math.ceilDiv(rows, tile), THREADS);
    }

    /// `y = f(p + bias)`
    ///
    /// @param y may be of operands, or `p` itself where it is not
    void activate(DeviceMatrix y, DeviceMatrix p, long bias, Activation activation) {
        if (!empty(y)) {
            start(byRowAndColumns(Kernel.ACTIVATE_COLUMNS, y)
                    .written("y", y)
                    .matrix("p", p)
                    .address("bias", bias)
                    .integer("columns", y.columns())
                    .integer("activation", number(activation)));
        }
    }

    /// `y = y + bias`; nothing for no bias.
    void addBias(DeviceMatrix y, long bias) {
        if (bias != 0) {
            epilogue(y, y, bias, false, 1);
        }
    }

    /// `y = y + scale · (p + bias)`
    void addScaled(DeviceMatrix y, DeviceMatrix p, long bias, float scale) {
        epilogue(y, p, bias, true, scale);
    }

    private void epilogue(DeviceMatrix y, DeviceMatrix p, long bias, boolean add, float scale) {
        if (!empty(y)) {
            start(byRowAndColumns(Kernel.EPILOGUE, y)
                    .matrix("y", y)
                    .matrix("p", p)
                    .address("bias", bias)
                    .integer("columns", y.columns())
                    .integer("add", add ? 1 : 0)
                    .float32("scale", scale));
        }
    }

    void logSoftmaxTile(DeviceMatrix logits, int firstToken, float factor, float softcap, DeviceLogitFold.State state) {
        if (!empty(logits)) {
            start(byRow(Kernel.LOG_SOFTMAX_TILE, logits)
                    .matrix("logits", logits)
                    .integer("columns", logits.columns())
                    .integer("firstToken", firstToken)
                    .float32("factor", factor)
                    .float32("cap", softcap)
                    .address("max", state.max())
                    .address("sum", state.sum())
                    .address("best", state.best())
                    .address("firstSlot", state.firstSlot())
                    .address("slotToken", state.slotToken())
                    .address("slotLogit", state.slotLogit()));
        }
    }

    /// As `activation.cuh` numbers them.
    private static int number(Activation activation) {
        return switch (activation) {
            case RELU -> 0;
            case RELU_SQUARED -> 1;
            case GELU -> 2;
            case GELU_TANH -> 3;
            case GELU_SIGMOID -> 4;
            case SILU -> 5;
        };
    }
}
