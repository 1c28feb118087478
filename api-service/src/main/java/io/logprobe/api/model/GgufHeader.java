package io.logprobe.api.model;

import io.logprobe.api.problem.Unacceptable;
import io.logprobe.contracts.spec.Architectures;
import io.logprobe.contracts.spec.GgufType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the head of a GGUF file says: metadata, then a list of tensors
/// (<https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>). Nothing in it is believed unchecked: every tensor
/// must be of a type that can be read and must lie within the file.
///
/// @param architecture `general.architecture`; nothing in later parts of a split file
/// @param parameterCount numbers in all tensors
/// @param tensorCount number of tensors
/// @param split what part of a model the file is
record GgufHeader(String architecture, long parameterCount, long tensorCount, Split split) {

    private static final int MAGIC = 0x46554747;
    private static final int MAX_KEYS = 1 << 16;
    private static final int MAX_TENSORS = 1 << 20;
    private static final int MAX_NAME_BYTES = 1024;
    private static final int MAX_TEXT_BYTES = 4 << 20;
    private static final int MAX_DIMENSIONS = 8;
    private static final long DEFAULT_ALIGNMENT = 32;
    private static final long MAX_ALIGNMENT = 1 << 16;
    private static final int TEXT = 8;
    private static final int ARRAY = 9;
    private static final int UINT32 = 4;

    /// Where a file stands among the parts of a model.
    ///
    /// @param number counted from 1
    /// @param count of all parts, 1 for a whole model
    /// @param tensors in all parts together, 0 where the file does not say
    record Split(long number, long count, long tensors) {

        static final Split NONE = new Split(1, 1, 0);
    }

    /// Reads a file from its beginning, no further than its header reaches.
    ///
    /// @param size length of the file
    /// @throws IOException if `content` breaks off before the file ends
    static GgufHeader read(InputStream content, long size, String file) throws IOException {
        return new Reader(new LittleEndianInput(content), size, file).read();
    }

    private static final class Reader {

        private final LittleEndianInput input;
        private final long size;
        private final String file;
        private String architecture = "";
        private Split split = Split.NONE;
        private long alignment = DEFAULT_ALIGNMENT;
        private long parameters;
        private long dataBytes;

        Reader(LittleEndianInput input, long size, String file) {
            this.input = input;
            this.size = size;
            this.file = file;
        }

        GgufHeader read() throws IOException {
            try {
                if (input.readInt() != MAGIC) {
                    throw invalid("is no GGUF file");
                }
                int version = input.readInt();
                if (version != 2 && version != 3) {
                    throw invalid("is of GGUF version " + Integer.toUnsignedString(version) + ", which cannot be read");
                }
                long tensors = count("tensors", MAX_TENSORS);
                long keys = count("metadata keys", MAX_KEYS);
                for (long i = 0; i < keys; i++) {
                    metadata(text(MAX_NAME_BYTES), input.readInt());
                }
                requireSupported();
                for (long i = 0; i < tensors; i++) {
                    tensor();
                }
                requireComplete();
                return new GgufHeader(architecture, parameters, tensors, split);
            } catch (EOFException e) {
                if (input.arrived() < size) {
                    throw new IOException("the connection ended after " + input.arrived() + " bytes", e);
                }
                throw Unacceptable.invalid(file + " is truncated: it ends within its header", e);
            } catch (ArithmeticException e) {
                throw Unacceptable.invalid(file + " has a tensor of an impossible shape", e);
            }
        }

        private long count(String what, long most) throws IOException {
            long count = input.readLong();
            if (count < 0 || count > most) {
                throw invalid("states " + Long.toUnsignedString(count) + " " + what + ", more than " + most);
            }
            return count;
        }

        private String text(int maxBytes) throws IOException {
            long length = input.readLong();
            if (length < 0 || length > maxBytes) {
                throw invalid("has a text of " + Long.toUnsignedString(length) + " bytes, more than " + maxBytes);
            }
            return new String(input.readBytes((int) length), StandardCharsets.UTF_8);
        }

        private void metadata(String key, int type) throws IOException {
            if (key.equals("general.architecture") && type == TEXT) {
                architecture = text(MAX_NAME_BYTES);
            } else if (key.equals("general.alignment") && type == UINT32) {
                alignment = Integer.toUnsignedLong(input.readInt());
                if (alignment > MAX_ALIGNMENT || Long.bitCount(alignment) != 1) {
                    throw invalid("has a general.alignment of " + alignment);
                }
            } else if (key.equals("split.no")) {
                split = new Split(Math.addExact(integer(key, type), 1), split.count(), split.tensors());
            } else if (key.equals("split.count")) {
                split = new Split(split.number(), Math.max(1, integer(key, type)), split.tensors());
            } else if (key.equals("split.tensors.count")) {
                split = new Split(split.number(), split.count(), integer(key, type));
            } else if (type == ARRAY) {
                array(key);
            } else {
                skip(key, type);
            }
        }

        private long integer(String key, int type) throws IOException {
            return switch (type) {
                case 2, 3 -> input.readShort();
                case 4, 5 -> Integer.toUnsignedLong(input.readInt());
                case 10, 11 -> input.readLong();
                default -> throw invalid("has metadata of type " + type + " under " + key + ", which is no integer");
            };
        }

        private void array(String key) throws IOException {
            int type = input.readInt();
            long length = count("elements of " + key, size);
            if (type == TEXT) {
                for (long i = 0; i < length; i++) {
                    skip(key, type);
                }
            } else {
                input.skip(Math.multiplyExact(length, width(key, type)));
            }
        }

        private void skip(String key, int type) throws IOException {
            if (type == TEXT) {
                long length = input.readLong();
                if (length < 0 || length > MAX_TEXT_BYTES) {
                    throw invalid("has a text of " + Long.toUnsignedString(length) + " bytes under " + key);
                }
                input.skip(length);
            } else {
                input.skip(width(key, type));
            }
        }

        private long width(String key, int type) {
            return switch (type) {
                case 0, 1, 7 -> 1;
                case 2, 3 -> 2;
                case 4, 5, 6 -> 4;
                case 10, 11, 12 -> 8;
                default -> throw invalid("has metadata of unknown type " + type + " under " + key);
            };
        }

        private void requireSupported() {
            boolean expected = split.number() == 1;
            if (expected && !Architectures.GGUF.contains(architecture)) {
                throw invalid("is of architecture '" + architecture + "', which cannot be scored as a GGUF file yet;"
                        + " supported are "
                        + Architectures.GGUF.stream().sorted().collect(Collectors.joining(", ")));
            }
        }

        private void tensor() throws IOException {
            String name = text(MAX_NAME_BYTES);
            int dimensions = input.readInt();
            if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
                throw invalid("has a tensor " + name + " of " + Integer.toUnsignedString(dimensions) + " dimensions");
            }
            long elements = 1;
            for (int i = 0; i < dimensions; i++) {
                long length = input.readLong();
                if (length < 1) {
                    throw invalid("has a tensor " + name + " with a dimension of " + length);
                }
                elements = Math.multiplyExact(elements, length);
            }
            int number = input.readInt();
            GgufType type = GgufType.of(number).orElseThrow(() -> unsupported(name, number));
            long bytes = Math.multiplyExact(Math.ceilDiv(elements, type.blockElements()), (long) type.blockBytes());
            long start = input.readLong();
            if (start < 0 || start > size) {
                throw invalid("is truncated: tensor " + name + " begins behind its end");
            }
            parameters = Math.addExact(parameters, elements);
            dataBytes = Math.max(dataBytes, Math.addExact(start, bytes));
        }

        private Unacceptable unsupported(String name, int number) {
            return invalid("has the tensor " + name + " as " + GgufType.nameOf(number)
                    + ", which cannot be read; readable are "
                    + Stream.of(GgufType.values()).map(GgufType::name).collect(Collectors.joining(", ")));
        }

        private void requireComplete() {
            long start = Math.ceilDiv(input.position(), alignment) * alignment;
            if (dataBytes > size - start) {
                throw invalid("is truncated: its header describes " + dataBytes + " bytes of tensors, the file has "
                        + Math.max(0, size - start));
            }
        }

        private Unacceptable invalid(String offence) {
            return Unacceptable.invalid(file + " " + offence);
        }
    }
}
