package io.logprobe.engine.checkpoint;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Everything that a pickled state dict may consist of. Nothing here has behaviour, so nothing can be executed.
sealed interface PickleValue {

    /// What lies on the stack between the parts of a collection.
    record Mark() implements PickleValue {}

    record None() implements PickleValue {}

    record Bool(boolean value) implements PickleValue {}

    record Int(BigInteger value) implements PickleValue {}

    record Real(double value) implements PickleValue {}

    record Text(String value) implements PickleValue {}

    record Tuple(List<PickleValue> items) implements PickleValue {}

    /// A list, which grows while the pickle is read.
    record Sequence(List<PickleValue> items) implements PickleValue {}

    /// A `dict` or `OrderedDict` with strings as keys, which grows while the pickle is read.
    record Dict(Map<String, PickleValue> entries) implements PickleValue {
        Dict() {
            this(new LinkedHashMap<>());
        }
    }

    /// The functions that may be called.
    enum Function implements PickleValue {
        ORDERED_DICT,
        REBUILD_TENSOR,
        REBUILD_PARAMETER
    }

    /// A class such as `torch.HalfStorage`.
    record StorageType(StoredType type) implements PickleValue {}

    /// Elements that tensors point into.
    ///
    /// @param key name of the elements' place in the archive
    /// @param elements how many there are
    /// @param viewOffset first element, for a view of the storage named by the key
    record Storage(StoredType type, String key, long elements, long viewOffset) implements PickleValue {}

    /// A view of a storage: element `i, j, …` is at `offset + i * strides[0] + j * strides[1] + …`.
    record Tensor(Storage storage, long offset, List<Long> shape, List<Long> strides) implements PickleValue {}
}
