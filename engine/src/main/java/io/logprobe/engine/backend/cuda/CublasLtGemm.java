package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.ComputeType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Products by cuBLASLt, with one algorithm per layer's shape, chosen for a whole block of rows, and that does not
/// split products: so a row's bits do not depend on what it is computed with. Where a block has fewer rows, the same
/// algorithm multiplies no more than the next multiple of 128.
///
/// Where it has no algorithm that adds the bias or takes the maximum along with a product, a kernel does that after
/// it; where it has none at all, a kernel multiplies.
///
/// cuBLASLt is column-major: row-major `y[M, N] = x[M, K] · w[N, K]ᵀ` is column-major `y[N, M] = w[K, N]ᵀ · x[K, M]`.
final class CublasLtGemm implements Gemm {

    private static final long WORKSPACE_BYTES = 64L << 20;

    private static final int ROWS_STEP = 128;

    /// cuBLASLt cares for no greater alignment.
    private static final long MAX_ALIGNMENT = 256;

    /// What an algorithm is chosen by.
    private record Shape(int outputs, int width, int operandStride, int stride, int alignment, int epilogue) {}

    /// Operands and products of so many rows.
    private record Block(MemorySegment x, MemorySegment y) {}

    /// @param algorithm empty where cuBLASLt has none for the shape
    /// @param blocks by rows
    private record Plan(
            Shape shape,
            MemorySegment description,
            MemorySegment w,
            Optional<CublasLt.Algorithm> algorithm,
            Map<Integer, Block> blocks) {}

    private final String owner;
    private final CublasLt library;
    private final DeviceMemory memory;
    private final CudaDriver.Stream stream;
    private final ComputeType type;
    private final int blockRows;
    private final KernelGemm own;
    private final Arena arena = Arena.ofShared();
    private final Map<Shape, Plan> plans = new HashMap<>();
    private final MemorySegment handle;
    private final MemorySegment storeScales;
    private final MemorySegment addScales;
    private final long workspace;

    /// @param owner named in every failure: the model
    /// @param handle becomes this object's
    /// @param own for what cuBLASLt refuses
    CublasLtGemm(
            String owner,
            CublasLt library,
            MemorySegment handle,
            DeviceMemory memory,
            CudaDriver.Stream stream,
            ComputeType type,
            int blockRows,
            KernelGemm own) {
        this.owner = owner;
        this.library = library;
        this.memory = memory;
        this.stream = stream;
        this.type = type;
        this.blockRows = blockRows;
        this.own = own;
        this.handle = handle;
        storeScales = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 0);
        addScales = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 1);
        workspace = memory.allocate(WORKSPACE_BYTES, "the workspace of cuBLASLt");
    }

    @Override
    public void store(DeviceMatrix x, DeviceLinear w, DeviceMatrix y) {
        if (multiply(x, w, y, biased(w), storeScales)) {
            return;
        }
        if (multiply(x, w, y, CublasLt.EPILOGUE_DEFAULT, storeScales)) {
            own.kernels().addBias(y, w.bias());
        } else {
            own.store(x, w, y);
        }
    }

    @Override
    public void storeRelu(DeviceMatrix x, DeviceLinear w, DeviceMatrix y) {
        int epilogue = w.bias() == 0 ? CublasLt.EPILOGUE_RELU : CublasLt.EPILOGUE_RELU_BIAS;
        if (multiply(x, w, y, epilogue, storeScales)) {
            return;
        }
        if (multiply(x, w, y, CublasLt.EPILOGUE_DEFAULT, storeScales)) {
            own.kernels().activate(y, y, w.bias(), Activation.RELU);
        } else {
            own.storeRelu(x, w, y);
        }
    }

    @Override
    public void add(DeviceMatrix x, DeviceLinear w, DeviceMatrix y) {
        if (multiply(x, w, y, biased(w), addScales)) {
            return;
        }
        if (multiply(x, w, y, CublasLt.EPILOGUE_DEFAULT, addScales)) {
            own.kernels().addBias(y, w.bias());
        } else {
            own.add(x, w, y);
        }
    }

    private static int biased(DeviceLinear w) {
        return w.bias() == 0 ? CublasLt.EPILOGUE_DEFAULT : CublasLt.EPILOGUE_BIAS;
    }

    /// Whether cuBLASLt has multiplied.
    private boolean multiply(DeviceMatrix x, DeviceLinear w, DeviceMatrix y, int epilogue, MemorySegment scales) {
        int alignment = (int) Math.min(MAX_ALIGNMENT, Long.lowestOneBit(y.address()));
        Shape shape = new Shape(w.outputs(), w.width(), x.stride(), y.stride(), alignment, epilogue);
        Plan plan = plans.computeIfAbsent(shape, missing -> plan(missing, w.bias()));
        if (plan.algorithm().isEmpty()) {
            return false;
        }
        setBias(plan.description(), w.bias());
        Block block = block(plan, y.rows());
        try {
            library.multiply(
                    handle,
                    plan.description(),
                    scales,
                    w.weight(),
                    plan.w(),
                    x.address(),
                    block.x(),
                    y.address(),
                    block.y(),
                    plan.algorithm().orElseThrow(),
                    workspace,
                    stream.number());
        } catch (IllegalStateException e) {
            throw new CudaFailure(owner + ": " + e.getMessage() + ": " + y.rows() + " rows, " + shape);
        }
        return true;
    }

    private void setBias(MemorySegment description, long bias) {
        if (bias != 0) {
            library.setAddress(description, CublasLt.DESC_BIAS_POINTER, bias);
        }
    }

    /// @param bias one of those to come, or 0: an algorithm is chosen by its alignment too
    private Plan plan(Shape shape, long bias) {
        int compute =
                switch (type) {
                    case FLOAT32 -> CublasLt.COMPUTE_32F_PEDANTIC;
                    case BFLOAT16 -> CublasLt.COMPUTE_32F;
                };
        MemorySegment description = library.description(compute);
        library.set(description, CublasLt.DESC_TRANS_A, CublasLt.TRANSPOSE);
        library.set(description, CublasLt.DESC_EPILOGUE, shape.epilogue());
        setBias(description, bias);
        MemorySegment w = library.layout(operandType(), shape.width(), shape.outputs(), shape.width());
        Block whole = layouts(shape, blockRows);
        MemorySegment preference = library.preference();
        library.preferBytes(preference, CublasLt.PREFERENCE_WORKSPACE_BYTES, WORKSPACE_BYTES);
        library.prefer(preference, CublasLt.PREFERENCE_REDUCTION_SCHEMES, 0);
        library.prefer(preference, CublasLt.PREFERENCE_ALIGNMENT_A, (int) MAX_ALIGNMENT);
        library.prefer(preference, CublasLt.PREFERENCE_ALIGNMENT_B, (int) MAX_ALIGNMENT);
        library.prefer(preference, CublasLt.PREFERENCE_ALIGNMENT_C, shape.alignment());
        library.prefer(preference, CublasLt.PREFERENCE_ALIGNMENT_D, shape.alignment());
        Optional<CublasLt.Algorithm> algorithm =
                library.algorithm(handle, description, w, whole.x(), whole.y(), preference, arena);
        library.destroyPreference(preference);
        Map<Integer, Block> blocks = new HashMap<>();
        blocks.put(blockRows, whole);
        return new Plan(shape, description, w, algorithm, blocks);
    }

    private Block layouts(Shape shape, int rows) {
        return new Block(
                library.layout(operandType(), shape.width(), rows, shape.operandStride()),
                library.layout(CublasLt.TYPE_FLOAT32, shape.outputs(), rows, shape.stride()));
    }

    private int operandType() {
        return switch (type) {
            case FLOAT32 -> CublasLt.TYPE_FLOAT32;
            case BFLOAT16 -> CublasLt.TYPE_BFLOAT16;
        };
    }

    /// What to multiply for so many rows: as few as the algorithm takes.
    private Block block(Plan plan, int rows) {
        int padded = Math.ceilDiv(Math.max(rows, 1), ROWS_STEP) * ROWS_STEP;
        Block known = plan.blocks().get(padded);
        if (known != null) {
            return known;
        }
        Block fewer = layouts(plan.shape(), padded);
        boolean taken = library.takes(
                handle,
                plan.description(),
                plan.w(),
                fewer.x(),
                fewer.y(),
                plan.algorithm().orElseThrow());
        if (!taken) {
            destroy(fewer);
        }
        Block block = taken ? fewer : plan.blocks().get(blockRows);
        plan.blocks().put(padded, block);
        return block;
    }

    private void destroy(Block block) {
        library.destroyLayout(block.x());
        library.destroyLayout(block.y());
    }

    @Override
    public String detail() {
        return library.describe() + ", own matrix kernels for shapes that it has no algorithm for";
    }

    @Override
    public Optional<String> slowness() {
        return Optional.empty();
    }

    @Override
    public void close() {
        plans.values().forEach(plan -> {
            library.destroyDescription(plan.description());
            library.destroyLayout(plan.w());
            plan.blocks().values().stream().distinct().forEach(this::destroy);
        });
        library.destroy(handle);
        memory.free(workspace);
        arena.close();
    }
}
