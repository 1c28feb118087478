package io.logprobe.engine.model;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.Norm;
import io.logprobe.engine.backend.NormWeights;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.backend.WeightRows;
import io.logprobe.engine.checkpoint.Checkpoint;
import io.logprobe.engine.checkpoint.TensorInfo;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.memory.BufferPool;
import io.logprobe.engine.memory.NativeBuffer;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.MatrixRef;
import io.logprobe.engine.model.architecture.NormRef;
import io.logprobe.engine.model.architecture.RowSelection;
import io.logprobe.engine.model.architecture.VectorRef;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;

/// Reads what a description refers to and gives it to the backend. Safe for concurrent use.
final class WeightLoader implements AutoCloseable {

    private static final long ALIGNMENT = 64;

    /// What one thread reads at a time: a backend asks for some dozens of MiB at once, of which every core has a share.
    private static final long SLICE_BYTES = 2L << 20;

    private final Checkpoint checkpoint;
    private final Backend backend;
    private final BufferPool staging = new BufferPool();

    WeightLoader(Checkpoint checkpoint, Backend backend) {
        this.checkpoint = checkpoint;
        this.backend = backend;
    }

    int vocabularyTile() {
        return backend.vocabularyTile();
    }

    /// Checks that all tensors exist and have the right shapes.
    ///
    /// @return number of elements that they have together
    long require(TensorRefs refs) {
        refs.matrices().forEach(this::requireShape);
        refs.vectors().forEach(this::requireShape);
        return Stream.concat(
                        refs.matrices().stream().map(MatrixRef::tensor),
                        refs.vectors().stream().map(VectorRef::tensor))
                .distinct()
                .mapToLong(tensor -> checkpoint.info(tensor).elements())
                .sum();
    }

    /// Notices that somebody has written to the files.
    ///
    /// @throws io.logprobe.engine.failure.WeightsUnreadable naming the file
    void requireUnchanged() {
        checkpoint.requireUnchanged();
    }

    /// Frees what reading needs beside the weights; needed again, it is allocated again.
    void releaseStaging() {
        staging.clear();
    }

    /// One linear layer whose outputs are those of all parts, one after the other.
    Linear linear(List<LinearRef> parts) {
        int inputs = parts.getFirst().inputs();
        int outputs = parts.stream().mapToInt(LinearRef::outputs).sum();
        WeightRows rows = (first, count, destination) -> readRows(parts, first, count, destination);
        if (parts.stream().allMatch(part -> liesByOutputs(part.weight()))) {
            return backend.linear(outputs, inputs, rows, biases(parts, outputs));
        }
        try (BufferPool.Loan whole = staging.borrow(outputs * (inputs * elementBytes()))) {
            rows.read(0, outputs, whole.data());
            return backend.linear(new Weight(whole.data(), backend.dtype(), outputs, inputs), biases(parts, outputs));
        }
    }

    /// Host memory that one thread takes to read a layer which a backend cannot read row by row; 0 where it can.
    long heldBytes(List<LinearRef> parts) {
        if (parts.stream().allMatch(part -> liesByOutputs(part.weight()))) {
            return 0;
        }
        long whole = parts.stream().mapToLong(LinearRef::outputs).sum()
                * parts.getFirst().inputs()
                * elementBytes();
        long stored = parts.stream()
                .mapToLong(part -> storedBytes(part.weight()))
                .max()
                .orElse(0);
        // Of the two buffers either may hold the larger next time.
        return 2 * NativeBuffer.footprint(Math.max(whole, stored));
    }

    /// What is read of a tensor at once where outputs are picked from it.
    private long storedBytes(MatrixRef ref) {
        long rowBytes = ref.inputs() * elementBytes();
        return switch (ref.orientation()) {
            case OUTPUTS_FIRST -> {
                long outputsPerIndex =
                        ref.outputs() / checkpoint.info(ref.tensor()).rows();
                long picked =
                        ref.selection().length() + 2 * outputsPerIndex; // from the middle of one to that of another
                yield outputsPerIndex == 1 ? 0 : Math.min(ref.outputs(), picked) * rowBytes;
            }
            case INPUTS_FIRST -> ref.outputs() * rowBytes;
        };
    }

    /// Whether some outputs can be read without reading others.
    private boolean liesByOutputs(MatrixRef ref) {
        return switch (ref.orientation()) {
            case OUTPUTS_FIRST -> checkpoint.info(ref.tensor()).rows() == ref.outputs();
            case INPUTS_FIRST -> false;
        };
    }

    /// Reads rows of the matrix that all parts make up.
    private void readRows(List<LinearRef> parts, int first, int count, MemorySegment destination) {
        long rowBytes = parts.getFirst().inputs() * elementBytes();
        int begin = 0; // of the part
        for (LinearRef part : parts) {
            int from = Math.max(first, begin);
            int to = Math.min(first + count, begin + part.outputs());
            if (from < to) {
                MemorySegment target = destination.asSlice((from - first) * rowBytes, (to - from) * rowBytes);
                readMatrix(part.weight(), from - begin, to - from, target);
            }
            begin += part.outputs();
        }
    }

    NormWeights norm(NormRef ref) {
        return ref == null
                ? null
                : backend.normWeights(
                        new Norm(ref.kind(), ref.width(), vectors(ref.weight()), vectors(ref.bias()), ref.epsilon()));
    }

    /// One row of a matrix, as exact as it is stored: it is no operand of a product.
    void readRow(MatrixRef ref, int row, MemorySegment destination) {
        checkpoint.readFloat32(ref.tensor(), ref.selection().start() + row, 1, destination);
    }

    private float[] biases(List<LinearRef> parts, int outputs) {
        if (parts.stream().allMatch(part -> part.bias() == null)) {
            return null;
        }
        float[] all = new float[outputs];
        int offset = 0;
        for (LinearRef part : parts) {
            if (part.bias() != null) {
                System.arraycopy(vector(part.bias()), 0, all, offset, part.outputs());
            }
            offset += part.outputs();
        }
        return all;
    }

    /// Vectors end to end; null where there are none.
    private float[] vectors(List<VectorRef> refs) {
        if (refs.isEmpty()) {
            return null;
        }
        float[] all =
                new float[refs.stream().mapToInt(ref -> ref.selection().count()).sum()];
        int offset = 0;
        for (VectorRef ref : refs) {
            float[] values = vector(ref);
            System.arraycopy(values, 0, all, offset, values.length);
            offset += values.length;
        }
        return all;
    }

    private float[] vector(VectorRef ref) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment all = arena.allocate(4L * ref.length(), ALIGNMENT);
            checkpoint.readFloat32(ref.tensor(), all);
            RowSelection selection = ref.selection();
            float[] values = new float[selection.count()];
            for (int group = 0; group < selection.groups(); group++) {
                long source = selection.start() + (long) group * selection.stride();
                int length = selection.length();
                MemorySegment.copy(all, ValueLayout.JAVA_FLOAT, 4 * source, values, group * length, length);
            }
            for (int i = 0; ref.addend() != 0 && i < values.length; i++) {
                values[i] += ref.addend();
            }
            return values;
        }
    }

    /// Reads some of the selected outputs.
    private void readMatrix(MatrixRef ref, int from, int count, MemorySegment destination) {
        RowSelection selection = ref.selection();
        switch (ref.orientation()) {
            case OUTPUTS_FIRST -> {
                long rowBytes = ref.inputs() * elementBytes();
                for (int i = from; i < from + count; ) {
                    int inGroup = i % selection.length();
                    int rows = Math.min(selection.length() - inGroup, from + count - i);
                    int first = selection.start() + i / selection.length() * selection.stride() + inGroup;
                    readRows(ref, first, rows, destination.asSlice((i - from) * rowBytes, rows * rowBytes));
                    i += rows;
                }
            }
            case INPUTS_FIRST -> readTransposed(ref, from, count, destination);
        }
    }

    /// Reads outputs of a tensor whose first dimension may hold several of them.
    private void readRows(MatrixRef ref, int first, int count, MemorySegment destination) {
        TensorInfo info = checkpoint.info(ref.tensor());
        int outputsPerIndex = Math.toIntExact(ref.outputs() / info.rows());
        if (outputsPerIndex == 1) {
            read(ref.tensor(), first, count, destination);
            return;
        }
        int index = first / outputsPerIndex;
        int indices = (first + count - 1) / outputsPerIndex - index + 1;
        long rowBytes = ref.inputs() * elementBytes();
        try (BufferPool.Loan stored = staging.borrow((long) indices * outputsPerIndex * rowBytes)) {
            MemorySegment all = stored.data();
            read(ref.tensor(), index, indices, all);
            long offset = (first - (long) index * outputsPerIndex) * rowBytes;
            MemorySegment.copy(all, offset, destination, 0, count * rowBytes);
        }
    }

    private void readTransposed(MatrixRef ref, int from, int count, MemorySegment destination) {
        long width = elementBytes();
        RowSelection selection = ref.selection();
        try (BufferPool.Loan stored = staging.borrow((long) ref.inputs() * ref.outputs() * width)) {
            MemorySegment all = stored.data();
            read(ref.tensor(), 0, ref.inputs(), all);
            for (int i = from; i < from + count; i++) {
                int output = selection.start() + i / selection.length() * selection.stride() + i % selection.length();
                for (int input = 0; input < ref.inputs(); input++) {
                    long source = ((long) input * ref.outputs() + output) * width;
                    MemorySegment.copy(
                            all, source, destination, ((long) (i - from) * ref.inputs() + input) * width, width);
                }
            }
        }
    }

    /// Large pieces by several threads where no other stages are read at the same time.
    private void read(String tensor, long firstRow, long rows, MemorySegment destination) {
        long rowBytes = destination.byteSize() / Math.max(rows, 1);
        long slice = Math.max(1, SLICE_BYTES / Math.max(rowBytes, 1));
        if (backend.lanes() > 1 || rows <= slice) {
            readSlice(tensor, firstRow, rows, destination);
            return;
        }
        ParallelReads.forEach(Math.ceilDiv(rows, slice), i -> {
            long first = i * slice;
            long count = Math.min(slice, rows - first);
            readSlice(tensor, firstRow + first, count, destination.asSlice(first * rowBytes, count * rowBytes));
        });
    }

    private void readSlice(String tensor, long firstRow, long rows, MemorySegment destination) {
        switch (backend.dtype()) {
            case FLOAT32 -> checkpoint.readFloat32(tensor, firstRow, rows, destination);
            case BFLOAT16 -> checkpoint.readBfloat16(tensor, firstRow, rows, destination);
        }
    }

    private long elementBytes() {
        return backend.dtype().bytes();
    }

    private void requireShape(MatrixRef ref) {
        TensorInfo info = checkpoint.info(ref.tensor());
        List<Long> shape = info.shape();
        boolean fits =
                switch (ref.orientation()) {
                    case OUTPUTS_FIRST ->
                        shape.size() >= 2
                                && shape.getLast() == ref.inputs()
                                && info.elements() == (long) ref.outputs() * ref.inputs();
                    case INPUTS_FIRST -> shape.equals(List.of((long) ref.inputs(), (long) ref.outputs()));
                };
        if (!fits) {
            throw switch (ref.orientation()) {
                case OUTPUTS_FIRST -> wrongShape(info, "[" + ref.outputs() + ", " + ref.inputs() + "]");
                case INPUTS_FIRST -> wrongShape(info, "[" + ref.inputs() + ", " + ref.outputs() + "]");
            };
        }
    }

    private void requireShape(VectorRef ref) {
        TensorInfo info = checkpoint.info(ref.tensor());
        if (info.elements() != ref.length()) {
            throw wrongShape(info, "[" + ref.length() + "]");
        }
    }

    private static InvalidCheckpoint wrongShape(TensorInfo info, String expected) {
        return new InvalidCheckpoint(info.file() + ": tensor '" + info.name() + "' has shape " + info.shape()
                + ", but config.json asks for " + expected);
    }

    /// Keeps no memory any more, not even that of reads which a slow disk still holds up.
    @Override
    public void close() {
        staging.close();
    }
}
