package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;

/// Linear layers of a block of rows: what products take, the products, and what is done with them.
///
/// @param operands the left ones of a product that cannot read its input as it lies
/// @param sums what a product leaves before it is added to a matrix or rounded
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
    /// @param added outputs of the layers whose products are added to something
    /// @param activated outputs of the layers whose products are activated
    static long bytes(ComputeType dtype, int blockRows, int inputs, int added, int activated) {
        int summed =
                switch (dtype) {
                    case FLOAT32 -> added; // operands are what products leave
                    case BFLOAT16 -> Math.max(added, activated);
                };
        return DeviceMemory.footprint((long) blockRows * DeviceLinear.width(dtype, inputs) * dtype.bytes())
                + DeviceMemory.footprint((long) blockRows * Math.ceilDiv(summed, 4) * 4 * Float.BYTES);
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
            case Epilogue.Activate(Activation activation) -> activate(x, w, activation, y);
        }
    }

    /// Operands are written once, rounded, from a product that is not.
    private void activate(DeviceMatrix x, DeviceLinear w, Activation activation, DeviceMatrix y) {
        if (y.isNarrow()) {
            DeviceMatrix product = sums(y.rows(), w.outputs());
            gemm.store(x, w, product);
            kernels.activate(y, product, 0, activation);
        } else if (activation == Activation.RELU) {
            gemm.storeRelu(x, w, y);
        } else {
            gemm.store(x, w, y);
            kernels.activate(y, y, 0, activation);
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
        DeviceMatrix product = sums(y.rows(), w.outputs());
        gemm.store(x, w, product);
        kernels.addScaled(y, product, 0, scale);
    }

    private DeviceMatrix sums(int rows, int columns) {
        int stride = Math.ceilDiv(columns, 4) * 4;
        long address = sums.of((long) blockRows * stride * Float.BYTES);
        return new DeviceMatrix(address, rows, columns, stride, Float.BYTES, null);
    }
}
