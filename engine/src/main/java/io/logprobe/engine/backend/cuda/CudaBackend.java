package io.logprobe.engine.backend.cuda;

import static io.logprobe.engine.backend.cuda.DeviceMatrix.device;

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
import java.util.List;
import java.util.Optional;

/// One CUDA device: a queue of work in one stream, weights brought by another. Products by cuBLASLt where the host has
/// it, else by the engine's own kernels; everything else by the engine's kernels.
///
/// One thread computes; [#linear(Weight, float[])], [#normWeights] and closing may happen on others meanwhile.
public final class CudaBackend implements Backend {

    /// Large enough that a product keeps the device busy.
    static final int VOCABULARY_TILE = 8192;

    private final CudaDevice device;
    private final ComputeType dtype;
    private final int blockRows;
    private final CudaDriver driver;
    private final Kernels kernels;
    private final Transfers transfers;
    private final WeightUpload upload;
    private final DeviceMemory memory;
    private final GrowingDeviceBuffer scratch;
    private final Products products;

    /// Opens the usable device with the most free memory.
    ///
    /// @throws io.logprobe.engine.failure.BackendUnavailable saying on one line why there is none
    public static CudaBackend open(ComputeType dtype, CudaOptions options) {
        return openAll(dtype, options, 1).getFirst();
    }

    /// Opens that many usable devices, those with the most free memory.
    ///
    /// @throws io.logprobe.engine.failure.BackendUnavailable saying on one line why there are not as many
    public static List<CudaBackend> openAll(ComputeType dtype, CudaOptions options, int count) {
        return CudaDevice.openAll(dtype, options, count).stream()
                .map(device -> new CudaBackend(device, dtype, options.blockRows()))
                .toList();
    }

    /// Nothing is opened or taken.
    ///
    /// @throws io.logprobe.engine.failure.BackendUnavailable saying on one line why there is no device
    public static void requireUsable() {
        CudaDevice.requireUsable();
    }

    /// @param device becomes this object's
    private CudaBackend(CudaDevice device, ComputeType dtype, int blockRows) {
        this.device = device;
        this.dtype = dtype;
        this.blockRows = blockRows;
        driver = device.driver();
        kernels = device.kernels();
        transfers = device.transfers();
        upload = device.upload();
        memory = device.memory();
        scratch = device.products();
        products = new Products(
                driver, device.compute(), kernels, device.gemm(), dtype, blockRows, device.operands(), scratch);
    }

    CudaDevice opened() {
        return device;
    }

    @Override
    public long memoryBytes() {
        return device.usableBytes();
    }

    @Override
    public int operandsValueBytes() {
        return dtype.bytes();
    }

    @Override
    public void requireHeadDim(int headDim) {
        Kernels.requireHeadDim(headDim);
    }

    @Override
    public boolean plansHostMemory() {
        return false;
    }

    @Override
    public long readingBytes(int outputs, int inputs) {
        return 0; // rows go to where they stay
    }

    @Override
    public long footprint(long bytes) {
        return DeviceMemory.footprint(bytes);
    }

    @Override
    public long productBytes(int inputs, int added, int activated) {
        return Products.bytes(dtype, blockRows, inputs, added, activated);
    }

    @Override
    public int vocabularyTile() {
        return VOCABULARY_TILE;
    }

    void fill(long address, int word, long words) {
        if (words > 0) {
            driver.fill(address, word, words, device.compute());
        }
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String detail() {
        return device.detail();
    }

    /// Why products are slower than they could be here, on one line; empty where cuBLAS multiplies.
    public Optional<String> slowness() {
        return device.gemm().slowness();
    }

    @Override
    public ComputeType dtype() {
        return dtype;
    }

    @Override
    public int blockRows() {
        return blockRows;
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public void forEachBlock(int rows, BlockTask task) {
        driver.makeCurrent();
        for (int first = 0; first < rows; first += blockRows) {
            task.run(0, first, Math.min(blockRows, rows - first));
        }
        driver.synchronize(device.compute());
    }

    @Override
    public Matrix matrix(int rows, int columns) {
        driver.makeCurrent();
        return zeros(DeviceMatrix.allocate(memory, rows, columns, blockRows));
    }

    @Override
    public Matrix operands(int rows, int columns) {
        driver.makeCurrent();
        return zeros(DeviceMatrix.operands(memory, rows, columns, dtype, blockRows));
    }

    private Matrix zeros(DeviceMatrix matrix) {
        long padded = (long) Math.ceilDiv(Math.max(matrix.rows(), 1), blockRows) * blockRows;
        fill(matrix.address(), 0, padded * matrix.stride() * matrix.elementBytes() / Integer.BYTES);
        return matrix;
    }

    @Override
    public void write(MemorySegment source, Matrix target) {
        driver.makeCurrent();
        DeviceMatrix matrix = device(target);
        long rowBytes = (long) matrix.columns() * Float.BYTES;
        upload.store(source, rowBytes, matrix.rows(), matrix.address(), (long) matrix.stride() * Float.BYTES);
    }

    @Override
    public void read(Matrix source, MemorySegment target) {
        driver.makeCurrent();
        DeviceMatrix matrix = device(source);
        long rowBytes = (long) matrix.columns() * Float.BYTES;
        upload.read(matrix.address(), (long) matrix.stride() * Float.BYTES, rowBytes, matrix.rows(), target);
    }

    @Override
    public Linear linear(Weight weight, float[] bias) {
        driver.makeCurrent();
        return upload.linear(weight, bias);
    }

    @Override
    public Linear linear(int outputs, int inputs, WeightRows weight, float[] bias) {
        driver.makeCurrent();
        return upload.linear(outputs, inputs, weight, bias);
    }

    @Override
    public NormWeights normWeights(Norm norm) {
        driver.makeCurrent();
        return upload.norm(norm);
    }

    @Override
    public RotaryTable rotaryTable(Rotation rotation, int positions) {
        driver.makeCurrent();
        return DeviceRotary.of(rotation, positions, upload, memory);
    }

    @Override
    public Rows rows(TokenTrie trie) {
        driver.makeCurrent();
        return DeviceRows.of(TrieTiles.of(trie, blockRows), blockRows, upload, memory);
    }

    @Override
    public void gather(Matrix source, int[] indices, int first, Matrix target) {
        gather(source, indices, first, target, false);
    }

    @Override
    public void gatherAdd(Matrix source, int[] indices, int first, Matrix target) {
        gather(source, indices, first, target, true);
    }

    private void gather(Matrix source, int[] indices, int first, Matrix target, boolean add) {
        transfers.reserve(target.rows(), 1);
        kernels.gather(device(target), device(source), transfers.upload(indices, first, target.rows()), add);
    }

    @Override
    public void scatterAdd(Matrix source, int[] indices, float[] weights, int first, Matrix target) {
        int count = source.rows();
        ScatterOrder order = ScatterOrder.of(indices, first, count);
        int distinct = order.targets().length;
        transfers.reserve(4L * count + 1, 4);
        kernels.scatterAdd(
                device(target),
                device(source),
                distinct,
                transfers.upload(order.targets(), 0, distinct),
                transfers.upload(order.first(), 0, distinct + 1),
                transfers.upload(order.entries(), 0, count),
                transfers.upload(weights, first, count));
    }

    @Override
    public void clear(Matrix x) {
        kernels.clear(device(x));
    }

    @Override
    public void scale(Matrix x, float factor) {
        kernels.scale(device(x), factor);
    }

    @Override
    public void add(Matrix x, float factor, Matrix y) {
        kernels.add(device(y), device(x), factor);
    }

    @Override
    public void clamp(Matrix x, float limit) {
        kernels.clamp(device(x), limit);
    }

    @Override
    public void norm(Matrix x, NormWeights norm, Matrix y) {
        DeviceNorm weights = (DeviceNorm) norm;
        weights.arrival().await();
        kernels.norm(device(y), device(x), weights);
    }

    @Override
    public void linear(Matrix x, Linear layer, Epilogue epilogue, Matrix y) {
        if (x.rows() == 0) {
            return;
        }
        products.linear(device(x), (DeviceLinear) layer, epilogue, device(y));
    }

    @Override
    public void gate(Matrix x, Activation activation, Matrix y) {
        kernels.gate(device(y), device(x), activation);
    }

    @Override
    public void gateRows(Matrix gate, Matrix x) {
        kernels.gateRows(device(x), device(gate));
    }

    @Override
    public void rotate(Matrix x, int headDim, RotaryTable table, Rows rows, int first) {
        kernels.rotate(device(x), headDim, (DeviceRotary) table, (DeviceRows) rows, first);
    }

    @Override
    public void attention(Attention attention, Matrix q, Matrix k, Matrix v, Rows rows, int first, Matrix y) {
        if (q.rows() == 0) {
            return;
        }
        DeviceRows planned = (DeviceRows) rows;
        kernels.attention(attention, device(y), device(q), device(k), device(v), planned, planned.tiles(first), first);
    }

    @Override
    public void route(Matrix logits, int topK, boolean renormalise, int[] experts, float[] weights) {
        int count = Math.multiplyExact(logits.rows(), topK);
        if (count == 0) {
            return;
        }
        long expertsAddress = scratch.of(2L * count * Integer.BYTES);
        long weightsAddress = expertsAddress + (long) count * Integer.BYTES;
        kernels.route(expertsAddress, weightsAddress, device(logits), topK, renormalise);
        MemorySegment chosen = transfers.read(expertsAddress, 2L * count * Integer.BYTES);
        MemorySegment.copy(chosen, ValueLayout.JAVA_INT, 0, experts, 0, count);
        MemorySegment.copy(chosen, ValueLayout.JAVA_FLOAT, (long) count * Integer.BYTES, weights, 0, count);
    }

    @Override
    public LogitFold logitFold(float factor, float softcap) {
        return new DeviceLogitFold(this, factor, softcap);
    }

    @Override
    public void close() {
        device.close();
    }
}
