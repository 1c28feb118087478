package io.logprobe.engine.checkpoint;

import java.nio.file.Path;
import java.util.List;

/// What a checkpoint says of one tensor.
///
/// @param name name in the state dict, as Hugging Face's models have it
/// @param type how the elements are stored
/// @param shape dimensions, outermost first; empty for a scalar
/// @param file file that holds the elements
public record TensorInfo(String name, StoredType type, List<Long> shape, Path file) {

    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /// Product of the dimensions; 1 for a scalar.
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /// First dimension; 1 for a scalar.
    public long rows() {
        return shape.isEmpty() ? 1 : shape.getFirst();
    }

    /// Elements of one index of the first dimension.
    public long rowElements() {
        return shape.stream().skip(1).reduce(1L, Math::multiplyExact);
    }
}
