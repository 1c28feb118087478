package io.logprobe.engine.checkpoint;

import io.logprobe.engine.checkpoint.PickleValue.Dict;
import io.logprobe.engine.checkpoint.PickleValue.Function;
import io.logprobe.engine.checkpoint.PickleValue.Int;
import io.logprobe.engine.checkpoint.PickleValue.None;
import io.logprobe.engine.checkpoint.PickleValue.Sequence;
import io.logprobe.engine.checkpoint.PickleValue.Storage;
import io.logprobe.engine.checkpoint.PickleValue.StorageType;
import io.logprobe.engine.checkpoint.PickleValue.Tensor;
import io.logprobe.engine.checkpoint.PickleValue.Text;
import io.logprobe.engine.checkpoint.PickleValue.Tuple;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The closed list of what a pickled state dict may refer to and call, and what those calls mean.
final class PickleGlobals {

    private static final Map<String, PickleValue> ALLOWED = Map.ofEntries(
            Map.entry("collections OrderedDict", Function.ORDERED_DICT),
            Map.entry("torch._utils _rebuild_tensor_v2", Function.REBUILD_TENSOR),
            Map.entry("torch._utils _rebuild_parameter", Function.REBUILD_PARAMETER),
            Map.entry("torch FloatStorage", new StorageType(StoredType.F32)),
            Map.entry("torch HalfStorage", new StorageType(StoredType.F16)),
            Map.entry("torch BFloat16Storage", new StorageType(StoredType.BF16)),
            Map.entry("torch DoubleStorage", new StorageType(StoredType.F64)),
            Map.entry("torch LongStorage", new StorageType(StoredType.I64)),
            Map.entry("torch IntStorage", new StorageType(StoredType.I32)),
            Map.entry("torch ShortStorage", new StorageType(StoredType.I16)),
            Map.entry("torch CharStorage", new StorageType(StoredType.I8)),
            Map.entry("torch ByteStorage", new StorageType(StoredType.U8)),
            Map.entry("torch BoolStorage", new StorageType(StoredType.BOOL)));

    private PickleGlobals() {}

    /// Why a lookup or call was refused.
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason, null, false, false);
        }
    }

    static PickleValue find(String module, String name) throws Refused {
        PickleValue value = ALLOWED.get(module + " " + name);
        if (value == null) {
            throw new Refused("global '" + module + "." + name + "' is not allowed");
        }
        return value;
    }

    static PickleValue call(PickleValue function, List<PickleValue> arguments) throws Refused {
        if (!(function instanceof Function allowed)) {
            throw new Refused("a call of something that is not a function");
        }
        return switch (allowed) {
            case ORDERED_DICT -> orderedDict(arguments);
            case REBUILD_TENSOR -> tensor(arguments);
            case REBUILD_PARAMETER -> parameter(arguments);
        };
    }

    /// `('storage', type, key, location, elements)`, in the legacy format followed by `None` or
    /// `(key of the view, first element, elements)`.
    static Storage storage(PickleValue id) throws Refused {
        boolean complete = id instanceof Tuple(List<PickleValue> parts)
                && (parts.size() == 5 || parts.size() == 6)
                && parts.get(0).equals(new Text("storage"));
        if (!complete) {
            throw new Refused("a persistent id that is not a storage");
        }
        List<PickleValue> items = ((Tuple) id).items();
        if (!(items.get(1) instanceof StorageType(StoredType type)) || !(items.get(2) instanceof Text(String key))) {
            throw new Refused("a storage without type or key");
        }
        long elements = size(items.get(4));
        if (items.size() == 5 || items.get(5) instanceof None) {
            return new Storage(type, key, elements, 0);
        }
        if (!(items.get(5) instanceof Tuple(List<PickleValue> view)) || view.size() != 3) {
            throw new Refused("a storage with an unknown kind of view");
        }
        long offset = size(view.get(1));
        if (Math.addExact(offset, size(view.get(2))) > elements) {
            throw new Refused("a view that leaves its storage '" + key + "'");
        }
        return new Storage(type, key, elements, offset);
    }

    /// Python 2 wrote the entries as an argument; Python 3 sets them afterwards.
    private static Dict orderedDict(List<PickleValue> arguments) throws Refused {
        Dict dict = new Dict();
        if (arguments.isEmpty()) {
            return dict;
        }
        if (arguments.size() > 1 || !(arguments.getFirst() instanceof Sequence(List<PickleValue> pairs))) {
            throw new Refused("an OrderedDict of something that is not a list");
        }
        for (PickleValue pair : pairs) {
            List<PickleValue> entry =
                    switch (pair) {
                        case Sequence(List<PickleValue> items) -> items;
                        case Tuple(List<PickleValue> items) -> items;
                        default -> List.of();
                    };
            if (entry.size() != 2 || !(entry.get(0) instanceof Text(String key))) {
                throw new Refused("an OrderedDict of something that is not pairs");
            }
            if (dict.entries().put(key, entry.get(1)) != null) {
                throw new Refused("duplicate key '" + key + "'");
            }
        }
        return dict;
    }

    /// `(storage, offset, shape, strides, requires_grad, hooks[, metadata])`.
    private static Tensor tensor(List<PickleValue> arguments) throws Refused {
        if (arguments.size() < 6 || arguments.size() > 7 || !(arguments.getFirst() instanceof Storage storage)) {
            throw new Refused("a tensor without storage");
        }
        boolean hasMetadata = arguments.size() == 7
                && !(arguments.get(6) instanceof None)
                && !(arguments.get(6) instanceof Dict(var entries) && entries.isEmpty());
        if (hasMetadata) {
            throw new Refused("a tensor with metadata, which may change its values");
        }
        List<Long> shape = sizes(arguments.get(2));
        List<Long> strides = sizes(arguments.get(3));
        long offset = Math.addExact(size(arguments.get(1)), storage.viewOffset());
        requireInside(storage, offset, shape, strides);
        return new Tensor(storage, offset, shape, strides);
    }

    private static void requireInside(Storage storage, long offset, List<Long> shape, List<Long> strides)
            throws Refused {
        if (shape.size() != strides.size()) {
            throw new Refused("a tensor of shape " + shape + " with strides " + strides);
        }
        long elements = 1;
        long last = offset;
        for (int i = 0; i < shape.size(); i++) {
            elements = Math.multiplyExact(elements, shape.get(i));
            last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape.get(i) - 1), strides.get(i)));
        }
        if (elements > 0 && (last >= storage.elements() || elements > storage.elements())) {
            throw new Refused("a tensor of shape " + shape + " with strides " + strides + " at element " + offset
                    + " leaves its storage '" + storage.key() + "' of " + storage.elements() + " elements");
        }
    }

    private static PickleValue parameter(List<PickleValue> arguments) throws Refused {
        if (arguments.size() != 3 || !(arguments.getFirst() instanceof Tensor tensor)) {
            throw new Refused("a parameter that is not a tensor");
        }
        return tensor;
    }

    private static List<Long> sizes(PickleValue value) throws Refused {
        if (!(value instanceof Tuple(List<PickleValue> items)) || items.size() > Limits.DIMENSIONS) {
            throw new Refused("a shape that is not a tuple of at most " + Limits.DIMENSIONS + " sizes");
        }
        List<Long> sizes = new ArrayList<>(items.size());
        for (PickleValue item : items) {
            sizes.add(size(item));
        }
        return sizes;
    }

    private static long size(PickleValue value) throws Refused {
        if (!(value instanceof Int(BigInteger number)) || number.signum() < 0 || number.bitLength() > 62) {
            throw new Refused("a size that is not a natural number");
        }
        return number.longValue();
    }
}
