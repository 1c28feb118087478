package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;

/// Linear layers of a block of rows: what products take, the products, and what is done with them.
///
/// @param operands the left ones of a product that cannot read its input as it lies
/// @param sums what a product leaves before it is added to a matrix
record Products(
        CudaDriver driver,
        CudaDriver.Stream compute,
        Kernels kernels,
        Gemm gemm,
        ComputeType dtype,
        int blockRows,
        GrowingDeviceBuffer operands,
        GrowingDeviceBuffer sums) {

    /// Of the rows that products read, and of where they begin.
    private static final int ALIGNMENT = 256;

    /// Memory beside the matrices.
    ///
    /// @param inputs of the layer that has the most
    /// @param hidden outputs of the layers whose products are added to something
    static long bytes(ComputeType dtype, int blockRows, int inputs, int hidden) {
        return DeviceMemory.footprint((long) blockRows * DeviceLinear.width(dtype, inputs) * dtype.bytes())
                + DeviceMemory.footprint((long) blockRows * hidden * Float.BYTES);
    }

    void linear(DeviceMatrix input, DeviceLinear w, Epilogue epilogue, DeviceMatrix y) {
        w.arrival().await();
        DeviceMatrix x = operands(input, w);
        switch (epilogue) {
            case Epilogue.Store() -> gemm.store(x, w, y);
            case Epilogue.Add(float scale) -> {
                if (scale == 1) {
                    gemm.add(x, w, y);
                } else {
                    addScaled(x, w, scale, y);
                }
            }
            case Epilogue.Activate(Activation activation) -> {
                if (activation == Activation.RELU) {
                    gemm.storeRelu(x, w, y);
                } else {
                    gemm.store(x, w, y);
                    kernels.activate(y, 0, activation);
                }
            }
        }
    }

    /// The input itself where its rows lie as products read them, else a copy, its rows padded with zeros.
    private DeviceMatrix operands(DeviceMatrix x, DeviceLinear w) {
        int elementBytes = dtype.bytes();
        if (x.elementBytes() == elementBytes && x.columns() == w.width() && x.address() % ALIGNMENT == 0) {
            return x;
        }
        long rowBytes = (long) w.width() * elementBytes;
        long address = operands.of(blockRows * rowBytes);
        if (x.elementBytes() == Float.BYTES) {
            kernels.operands(dtype, address, w.width(), x);
        } else {
            driver.fill(address, 0, x.rows() * rowBytes / Integer.BYTES, compute);
            driver.copyRows(x, address, rowBytes, compute);
        }
        return new DeviceMatrix(address, x.rows(), w.width(), w.width(), elementBytes, null);
    }

    private void addScaled(DeviceMatrix x, DeviceLinear w, float scale, DeviceMatrix y) {
        int stride = Math.ceilDiv(w.outputs(), 4) * 4;
        long address = sums.of((long) blockRows * stride * Float.BYTES);
        DeviceMatrix product = new DeviceMatrix(address, y.rows(), w.outputs(), stride, Float.BYTES, null);
        gemm.store(x, w, product);
        kernels.addScaled(y, product, 0, scale);
    }
}
