package io.logprobe.engine.checkpoint;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The header of a GGUF file, version 2 or 3: metadata, then a list of tensors, then the data, each tensor at the next
/// aligned position.
///
/// See <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.
///
/// @param metadata values by key
/// @param tensors as the file describes them
record GgufHeader(Map<String, GgufValue> metadata, List<RawTensor> tensors) {

    private static final int MAGIC = 0x46554747;
    private static final int BIG_ENDIAN_VERSION = 0x0200_0000;
    private static final long DEFAULT_ALIGNMENT = 32;
    private static final long MAX_ALIGNMENT = 1 << 16;

    /// A tensor under its GGUF name.
    ///
    /// @param shape outermost dimension first, unlike in the file
    /// @param start byte position in the file
    record RawTensor(String name, StoredType type, List<Long> shape, long start, long bytes) {}

    /// What of the metadata is kept.
    enum Arrays {
        KEPT,
        SKIPPED
    }

    static GgufHeader read(TensorFile file, Arrays arrays) {
        return new Reader(file, arrays).read();
    }

    private static final class Reader {

        private final TensorFile file;
        private final Arrays arrays;
        private final SequentialInput input;
        private long arrayElements;

        Reader(TensorFile file, Arrays arrays) {
            this.file = file;
            this.arrays = arrays;
            this.input = new SequentialInput(file, "GGUF header", 0, Math.min(file.size(), Limits.GGUF_METADATA_BYTES));
        }

        GgufHeader read() {
            if (input.readInt() != MAGIC) {
                throw invalid("not a GGUF file");
            }
            int version = input.readInt();
            if (version != 2 && version != 3) {
                boolean swapped = version != 0 && (version & 0xFFFF) == 0 && version <= 4 * BIG_ENDIAN_VERSION;
                throw invalid(
                        swapped
                                ? "a big-endian file is not supported"
                                : "GGUF version " + version + " is not supported");
            }
            long tensorCount = count("tensors", Limits.TENSORS);
            long keyCount = count("metadata keys", Limits.GGUF_KEYS);
            Map<String, GgufValue> metadata = new LinkedHashMap<>();
            for (long i = 0; i < keyCount; i++) {
                String key = input.readText(input.readLong(), Limits.NAME_LENGTH, StandardCharsets.UTF_8);
                if (metadata.putIfAbsent(key, value(key, input.readInt(), true)) != null) {
                    throw invalid("metadata key '" + key + "' is there twice");
                }
            }
            return new GgufHeader(Collections.unmodifiableMap(metadata), tensors(tensorCount, alignment(metadata)));
        }

        private long count(String what, long most) {
            long count = input.readLong();
            if (count < 0 || count > most) {
                throw invalid(Long.toUnsignedString(count) + " " + what + ", more than " + most);
            }
            return count;
        }

        private GgufValue value(String key, int type, boolean arrayAllowed) {
            return switch (type) {
                case 0 -> new GgufValue.Int(input.readByte());
                case 1 -> new GgufValue.Int((byte) input.readByte());
                case 2 -> new GgufValue.Int(input.readShort());
                case 3 -> new GgufValue.Int((short) input.readShort());
                case 4 -> new GgufValue.Int(Integer.toUnsignedLong(input.readInt()));
                case 5 -> new GgufValue.Int(input.readInt());
                case 6 -> new GgufValue.Real(Float.intBitsToFloat(input.readInt()));
                case 7 -> new GgufValue.Flag(input.readByte() != 0);
                case 8 ->
                    new GgufValue.Text(
                            input.readText(input.readLong(), Limits.GGUF_STRING_BYTES, StandardCharsets.UTF_8));
                case 9 -> {
                    if (!arrayAllowed) {
                        throw invalid("metadata key '" + key + "' is an array of arrays");
                    }
                    yield array(key);
                }
                case 10, 11 -> new GgufValue.Int(input.readLong());
                case 12 -> new GgufValue.Real(Double.longBitsToDouble(input.readLong()));
                default -> throw invalid("metadata key '" + key + "' is of unknown type " + type);
            };
        }

        private GgufValue array(String key) {
            int type = input.readInt();
            long length = input.readLong();
            arrayElements += Math.clamp(length, 0, Limits.GGUF_ARRAY_ELEMENTS);
            if (length < 0 || length > Limits.GGUF_ARRAY_ELEMENTS || arrayElements > Limits.GGUF_ARRAY_ELEMENTS) {
                throw invalid("metadata key '" + key + "' is an array of " + Long.toUnsignedString(length)
                        + " elements; all arrays together may have " + Limits.GGUF_ARRAY_ELEMENTS);
            }
            List<GgufValue> elements = new ArrayList<>();
            for (long i = 0; i < length; i++) {
                GgufValue element = value(key, type, false);
                if (arrays == Arrays.KEPT) {
                    elements.add(element);
                }
            }
            return new GgufValue.Array(length, Collections.unmodifiableList(elements));
        }

        private long alignment(Map<String, GgufValue> metadata) {
            GgufValue value = metadata.get("general.alignment");
            if (value == null) {
                return DEFAULT_ALIGNMENT;
            }
            boolean sane = value instanceof GgufValue.Int(long alignment)
                    && alignment > 0
                    && alignment <= MAX_ALIGNMENT
                    && Long.bitCount(alignment) == 1;
            if (!sane) {
                throw invalid("general.alignment must be a power of two up to " + MAX_ALIGNMENT);
            }
            return ((GgufValue.Int) value).value();
        }

        private List<RawTensor> tensors(long count, long alignment) {
            List<RawTensor> tensors = new ArrayList<>();
            Set<String> names = new HashSet<>();
            for (long i = 0; i < count; i++) {
                RawTensor tensor = tensor();
                if (!names.add(tensor.name())) {
                    throw invalid("tensor '" + tensor.name() + "' is there twice");
                }
                tensors.add(tensor);
            }
            return placed(tensors, alignment);
        }

        /// A tensor whose start is still counted from the start of the data.
        private RawTensor tensor() {
            String name = input.readText(input.readLong(), Limits.NAME_LENGTH, StandardCharsets.UTF_8);
            int dimensions = input.readInt();
            if (dimensions < 1 || dimensions > Limits.DIMENSIONS) {
                throw invalid("tensor '" + name + "' has " + Integer.toUnsignedString(dimensions) + " dimensions");
            }
            List<Long> shape = new ArrayList<>();
            for (int i = 0; i < dimensions; i++) {
                shape.addFirst(input.readLong());
            }
            int number = input.readInt();
            StoredType type = StoredType.ofGguf(number)
                    .orElseThrow(() -> invalid("tensor '" + name + "' is stored as " + GgufTypes.name(number)
                            + ", which is not supported: supported are "
                            + Stream.of(StoredType.values())
                                    .filter(StoredType::isWeight)
                                    .map(StoredType::name)
                                    .collect(Collectors.joining(", "))));
            return new RawTensor(name, type, List.copyOf(shape), input.readLong(), bytes(name, type, shape));
        }

        private long bytes(String name, StoredType type, List<Long> shape) {
            try {
                long elements = 1;
                for (long size : shape) {
                    if (size < 1) {
                        throw invalid("tensor '" + name + "' has the shape " + shape);
                    }
                    elements = Math.multiplyExact(elements, size);
                }
                if (shape.getLast() % type.blockElements() != 0) {
                    throw invalid("tensor '" + name + "' has rows of " + shape.getLast()
                            + " elements, not a multiple of " + type + "'s " + type.blockElements());
                }
                return type.byteSize(elements);
            } catch (ArithmeticException e) {
                throw new InvalidCheckpoint(
                        file.path() + ": tensor '" + name + "': shape " + shape + " has too many elements", e);
            }
        }

        /// Tensors follow each other at aligned positions; only padding lies between them and at the end.
        private List<RawTensor> placed(List<RawTensor> tensors, long alignment) {
            long dataStart = aligned(input.position(), alignment);
            List<RawTensor> inOrder = tensors.stream()
                    .sorted(Comparator.comparingLong(RawTensor::start))
                    .toList();
            List<RawTensor> placed = new ArrayList<>();
            long position = dataStart;
            for (RawTensor tensor : inOrder) {
                position = aligned(position, alignment);
                if (tensor.start() != position - dataStart) {
                    throw invalid(
                            "tensor '" + tensor.name() + "' at byte " + tensor.start() + " of the data should be at "
                                    + (position - dataStart) + ": tensors overlap or leave a hole");
                }
                if (tensor.bytes() > file.size() - position) {
                    throw invalid("tensor '" + tensor.name() + "' of " + tensor.bytes() + " bytes leaves the file");
                }
                placed.add(new RawTensor(tensor.name(), tensor.type(), tensor.shape(), position, tensor.bytes()));
                position += tensor.bytes();
            }
            if (file.size() > aligned(position, alignment)) {
                throw invalid((file.size() - position) + " bytes follow the last tensor");
            }
            return List.copyOf(placed);
        }

        private static long aligned(long position, long alignment) {
            return (position + alignment - 1) & -alignment;
        }

        private InvalidCheckpoint invalid(String problem) {
            return new InvalidCheckpoint(file.path() + ": " + problem);
        }
    }
}
