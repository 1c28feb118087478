package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.Norm;
import io.logprobe.engine.backend.NormWeights;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.backend.WeightRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.driver.CUevent;

/// Brings weights and tables to the device in a stream of its own, ahead of the stream that computes.
///
/// Safe for concurrent use.
final class WeightUpload implements AutoCloseable {

    /// Pinned memory that is taken for reading.
    private static final long READ_BYTES = 32L << 20;

    private final CudaDriver driver;
    private final DeviceMemory memory;
    private final CudaDriver.Stream compute;
    private final CudaDriver.Stream copies;
    private final ComputeType dtype;
    private final Staging staging;
    private final Kernels conversions;

    WeightUpload(
            CudaDriver driver,
            DeviceMemory memory,
            CudaDriver.Stream compute,
            CudaDriver.Stream copies,
            CudaOptions options,
            ComputeType dtype) {
        this.driver = driver;
        this.memory = memory;
        this.compute = compute;
        this.copies = copies;
        this.dtype = dtype;
        this.staging = new Staging(driver, copies, options.stagingBytes());
        this.conversions = new Kernels(driver, copies, options.synchronous());
    }

    /// As [Staging#readsDirectly].
    boolean readsDirectly() {
        return staging.readsDirectly();
    }

    /// Returns as soon as the host's memory has been read.
    synchronized Linear linear(Weight weight, float[] bias) {
        int outputs = weight.outputs();
        int inputs = weight.inputs();
        int width = DeviceLinear.width(dtype, inputs);
        long pitch = (long) width * dtype.bytes();
        String purpose = "a weight of " + outputs + " x " + inputs;
        long target = memory.allocate(outputs * pitch, copies, purpose);
        if (weight.type() == dtype) {
            if (width != inputs) {
                driver.fill(target, 0, outputs * pitch / Integer.BYTES, copies);
            }
            long rowBytes = (long) inputs * dtype.bytes();
            staging.upload(weight.data(), rowBytes, outputs, target, pitch);
        } else {
            convert(weight, target, width, purpose);
        }
        long biasAddress = vector(bias, "a bias of " + outputs);
        return new DeviceLinear(dtype, outputs, inputs, width, target, biasAddress, arrival(), memory);
    }

    /// Reads the next rows while those before are on their way, into the memory that they are sent from. Nothing is
    /// locked meanwhile: a disk may be slow.
    Linear linear(int outputs, int inputs, WeightRows weight, float[] bias) {
        int width = DeviceLinear.width(dtype, inputs);
        long rowBytes = (long) inputs * dtype.bytes();
        long pitch = (long) width * dtype.bytes();
        long target = memory.allocate(outputs * pitch, copies, "a weight of " + outputs + " x " + inputs);
        try {
            if (width != inputs) {
                driver.fill(target, 0, outputs * pitch / Integer.BYTES, copies);
            }
            staging.upload(weight, rowBytes, outputs, target, pitch);
            long biasAddress = vector(bias, "a bias of " + outputs);
            return new DeviceLinear(dtype, outputs, inputs, width, target, biasAddress, arrival(), memory);
        } catch (RuntimeException | Error e) {
            drop(target, e);
            throw e;
        }
    }

    /// Gives memory back after what is still being copied there.
    private void drop(long target, Throwable reason) {
        try {
            arrival().await();
            memory.free(target);
        } catch (IllegalStateException closed) { // so it is free
            reason.addSuppressed(closed);
        }
    }

    private Arrival arrival() {
        return staging.whileOpen(() -> new Arrival(driver, compute, copies));
    }

    /// Through float32 on the device.
    private void convert(Weight weight, long target, int width, String purpose) {
        int outputs = weight.outputs();
        int inputs = weight.inputs();
        long values = memory.allocate((long) outputs * inputs * Float.BYTES, copies, purpose);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment floats =
                    switch (weight.type()) {
                        case FLOAT32 -> weight.data();
                        case BFLOAT16 -> widened(weight, arena);
                    };
            long bytes = (long) outputs * inputs * Float.BYTES;
            staging.upload(floats, bytes, 1, values, bytes);
        }
        DeviceMatrix matrix = new DeviceMatrix(values, outputs, inputs, inputs, Float.BYTES, null);
        conversions.operands(dtype, target, width, matrix);
        arrival().await();
        memory.free(values);
    }

    private static MemorySegment widened(Weight weight, Arena arena) {
        long count = (long) weight.outputs() * weight.inputs();
        MemorySegment floats = arena.allocate(count * Float.BYTES, Float.BYTES);
        for (long i = 0; i < count; i++) {
            int bits = weight.data().getAtIndex(ValueLayout.JAVA_SHORT, i) << 16;
            floats.setAtIndex(ValueLayout.JAVA_INT, i, bits);
        }
        return floats;
    }

    synchronized NormWeights norm(Norm norm) {
        int parameters = norm.weight() != null ? norm.weight().length : norm.bias() != null ? norm.bias().length : 1;
        long weight = vector(norm.weight(), "a norm of " + parameters);
        long bias = vector(norm.bias(), "a norm of " + parameters);
        return new DeviceNorm(norm.kind(), norm.width(), parameters, norm.epsilon(), weight, bias, arrival(), memory);
    }

    /// Address of a copy, or 0 for null.
    private long vector(float[] values, String purpose) {
        if (values == null) {
            return 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            return sent(arena.allocateFrom(ValueLayout.JAVA_FLOAT, values), purpose);
        }
    }

    /// A float32 array on the device that the computing stream waits for now; for the thread that computes.
    synchronized long table(float[] values, String purpose) {
        long address = vector(values, purpose);
        arrival().await();
        return address;
    }

    /// As [#table(float\[\], String)].
    synchronized long table(int[] values, String purpose) {
        try (Arena arena = Arena.ofConfined()) {
            long address = sent(arena.allocateFrom(ValueLayout.JAVA_INT, values), purpose);
            arrival().await();
            return address;
        }
    }

    private long sent(MemorySegment values, String purpose) {
        long address = memory.allocate(values.byteSize(), copies, purpose);
        staging.upload(values, values.byteSize(), 1, address, values.byteSize());
        return address;
    }

    /// Copies dense rows to rows that are `pitch` bytes apart, after what the computing stream still does with them.
    synchronized void store(MemorySegment source, long rowBytes, long rows, long target, long pitch) {
        if (rowBytes == 0 || rows == 0) {
            return;
        }
        CUevent before = driver.event();
        driver.record(before, compute);
        driver.waitFor(copies, before);
        driver.destroy(before);
        staging.upload(source, rowBytes, rows, target, pitch);
        arrival().await();
    }

    /// Waits for the computing stream and copies rows that are `pitch` bytes apart to dense rows.
    void read(long source, long pitch, long rowBytes, long rows, MemorySegment target) {
        if (rowBytes == 0 || rows == 0) {
            return;
        }
        long atOnce = Math.clamp(READ_BYTES / rowBytes, 1, rows);
        MemorySegment pinned = driver.allocatePinned(rowBytes * atOnce);
        try {
            for (long row = 0; row < rows; row += atOnce) {
                long count = Math.min(atOnce, rows - row);
                driver.copyRowsToHost(source + row * pitch, pitch, rowBytes, count, pinned, compute);
                driver.synchronize(compute);
                MemorySegment.copy(pinned, 0, target, row * rowBytes, rowBytes * count);
            }
        } finally {
            driver.freePinned(pinned);
        }
    }

    @Override
    public void close() {
        driver.synchronize(copies);
        staging.close();
    }
}
